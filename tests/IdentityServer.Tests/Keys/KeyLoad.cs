using System.Collections.Concurrent;
using System.Net;
using UserDomain.IdentityServer.Tests.Protocol;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Keys;

/// <summary>
/// Applications that get tokens at either replica and use them, young and old, at both. When the clock jumps by days all tokens end: what is under way
/// then does not count, and they begin anew.
/// </summary>
internal sealed class KeyLoad(KeyReplicas replicas)
{
    private readonly ConcurrentQueue<(int Epoch, string Token)> _kept = new();
    private int _epoch;
    private int _uses;

    public ConcurrentBag<string> Refusals { get; } = [];

    public ConcurrentDictionary<string, bool> Keys { get; } = new();

    public int Uses => _uses;

    public void Jump(TimeSpan time)
    {
        Interlocked.Increment(ref _epoch);
        replicas.Clock.Move(time);
        Interlocked.Increment(ref _epoch);
    }

    /// <summary>A service: new tokens from one replica, used at both with one that it has kept.</summary>
    public async Task ServeAsync(int number, CancellationToken stop)
    {
        var service = await replicas.A.ServiceAsync("roles:read");
        while (!stop.IsCancellationRequested)
        {
            var epoch = Volatile.Read(ref _epoch);
            using var answer = await replicas.Both[++number % 2].PostAsync(service, "connect/token", ("grant_type", "client_credentials"), ("scope", "roles:read"));
            await CountAsync(epoch, answer);
            if (!answer.IsSuccessStatusCode)
            {
                continue;
            }

            var token = (await answer.Content.ReadFromJsonAsync<TokenAnswer>(CancellationToken.None))!.AccessToken;
            _kept.Enqueue((epoch, token));
            await UseAsync(epoch, "roles", token);
            if (_kept.TryDequeue(out var kept) && kept.Epoch == Volatile.Read(ref _epoch))
            {
                await UseAsync(kept.Epoch, "roles", kept.Token);
                _kept.Enqueue(kept);
            }
        }
    }

    /// <summary>An application of a person, which refreshes at either replica for as long as its person is signed in.</summary>
    public async Task RefreshAsync(int number, CancellationToken stop)
    {
        var (visitor, name) = await replicas.A.PersonAsync();
        while (!stop.IsCancellationRequested)
        {
            var epoch = Volatile.Read(ref _epoch);
            TokenAnswer? tokens;
            try
            {
                tokens = await visitor.SignInAsync(name, RunningSystem.Password);
            }
            catch (InvalidOperationException) when (epoch != Volatile.Read(ref _epoch))
            {
                continue;
            }

            while (tokens is not null && epoch == Volatile.Read(ref _epoch) && !stop.IsCancellationRequested)
            {
                await UseAsync(epoch, "me", tokens.AccessToken);
                using var answer = await replicas.Both[++number % 2].PostAsync(
                    new ServiceClient(visitor.ClientId, visitor.ClientSecret), "connect/token", ("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!));
                await CountAsync(epoch, answer);
                tokens = answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<TokenAnswer>(CancellationToken.None) : null;
            }
        }
    }

    private async Task UseAsync(int epoch, string resource, string token)
    {
        Keys[KeyCalls.KeyOf(token)] = true;
        foreach (var replica in replicas.Both)
        {
            using var client = replica.Anonymous();
            client.DefaultRequestHeaders.Authorization = new("Bearer", token);
            using var answer = await client.GetAsync(new Uri($"api/v1/{resource}", UriKind.Relative), CancellationToken.None);
            await CountAsync(epoch, answer);
        }
    }

    private async Task CountAsync(int epoch, HttpResponseMessage answer)
    {
        Interlocked.Increment(ref _uses);
        // The service has no role: that its token was taken is all that is asked.
        if (!answer.IsSuccessStatusCode && answer.StatusCode != HttpStatusCode.Forbidden && epoch == Volatile.Read(ref _epoch))
        {
            Refusals.Add($"{answer.RequestMessage!.RequestUri!.AbsolutePath}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync(CancellationToken.None)}");
        }
    }
}
