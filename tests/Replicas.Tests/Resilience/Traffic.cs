using System.Collections.Concurrent;

namespace UserDomain.Replicas.Tests.Resilience;

/// <summary>
/// People who sign in, applications that renew their tokens, services that read and write, an administrator at the console: each one request after
/// the other, as fast as the gateway lets them. Nobody tries anything twice.
/// </summary>
internal sealed class Traffic(ReplicatedSystem system)
{
    // The gateway lets one address ask 50 times a second, and for a token 20 times.
    private static readonly TimeSpan BetweenRequests = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan BetweenTokens = TimeSpan.FromMilliseconds(55);

    private readonly ConcurrentDictionary<string, int> _done = new();
    private readonly ConcurrentQueue<string> _failures = new();

    /// <summary>How often each kind of thing succeeded.</summary>
    public IReadOnlyDictionary<string, int> Done => _done;

    /// <summary>Everything.</summary>
    public Task GoOnWhileAsync(Func<Task> disturbance) => WhileAsync(disturbance, [SignInAsync, SignInAsync, RefreshAsync, ReadAsync, WriteAsync, AdministrateAsync, DiscoverAsync]);

    /// <summary>Fails unless everything was done and nothing failed.</summary>
    /// <param name="redeemed">
    /// How many codes and refresh tokens may have been redeemed, and nobody has the answer. Using one twice is refused whatever the reason (TOK-04,
    /// TOK-05): a client then begins again.
    /// </param>
    /// <param name="cutOff">How many answers may have ended in the middle: what a killed replica has begun to say nobody can take back, or say to the end.</param>
    public void AssertUndisturbed(int redeemed = 0, int cutOff = 0)
    {
        var isRedeemed = _failures.Count(failure => failure.Contains("invalid_grant", StringComparison.Ordinal));
        var isCutOff = _failures.Count(failure => failure.Contains("The HTTP/2 server reset the stream.", StringComparison.Ordinal));
        Assert.True(isRedeemed <= redeemed && isCutOff <= cutOff && isRedeemed + isCutOff == _failures.Count, $"{_failures.Count} of {_done.Values.Sum() + _failures.Count} failed: {string.Join('\n', _failures.Take(20))}\n{string.Join('\n', _done)}");
        Assert.All(_done, pair => Assert.True(pair.Value > 0, pair.Key));
    }

    // Each gets one thing ready, and gives what is then done again and again.
    private async Task WhileAsync(Func<Task> disturbance, Func<Task<Func<Task>>>[] kinds)
    {
        using var over = new CancellationTokenSource();
        var ready = await Task.WhenAll(kinds.Select(kind => kind()));
        var running = ready.Zip(kinds).Select(pair => Task.Run(() => RepeatAsync(pair.Second.Method.Name, pair.First, over.Token))).ToList();
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
            await disturbance();
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(running);
        }
    }

    private async Task RepeatAsync(string name, Func<Task> once, CancellationToken over)
    {
        _done.TryAdd(name, 0);
        while (!over.IsCancellationRequested)
        {
            try
            {
                await once();
                _done.AddOrUpdate(name, 1, (_, count) => count + 1);
            }
            catch (Exception exception) when (exception is HttpRequestException or InvalidOperationException or TaskCanceledException)
            {
                _failures.Enqueue($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {name}: {exception.GetBaseException().Message}");
                await Task.Delay(TimeSpan.FromMilliseconds(100), CancellationToken.None);
            }
        }
    }

    private Task<Func<Task>> SignInAsync() => Task.FromResult<Func<Task>>(async () =>
    {
        using var visitor = system.Visitor(system.FreshAddress());
        var tokens = await visitor.SignInAsync("bob", RunningSystem.Password);
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/me") { Headers = { Authorization = new("Bearer", tokens.AccessToken) } };
        using var answer = await visitor.Http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    });

    private Task<Func<Task>> RefreshAsync()
    {
        var visitor = system.Visitor(system.FreshAddress());
        string? token = null;
        return Task.FromResult<Func<Task>>(async () =>
        {
            await Task.Delay(BetweenTokens);
            var sent = token ?? (await visitor.SignInAsync("alice", RunningSystem.Password)).RefreshToken!;
            token = null;
            token = (await visitor.RefreshAsync(sent)).RefreshToken!;
        });
    }

    private async Task<Func<Task>> ReadAsync()
    {
        (string Scope, string Path)[] reads = [("users:read", "users?limit=5"), ("roles:read", "roles?limit=5"), ("sessions:read", "sessions?limit=5"), ("audit:read", "audit-events?limit=5")];
        var clients = new List<(ServiceClient Client, string Path)>();
        foreach (var (scope, path) in reads)
        {
            clients.Add((await ServiceClient.CreateAsync(system, scope), path));
        }

        var turn = 0;
        return async () =>
        {
            await Task.Delay(BetweenRequests);
            var (service, path) = clients[turn++ % clients.Count];
            var client = await service.GetAsync();
            using var answer = await client.GetAsync(new Uri($"api/v1/{path}", UriKind.Relative));
            await ThrowUnlessAsync(answer, HttpStatusCode.OK);
        };
    }

    private async Task<Func<Task>> WriteAsync()
    {
        var service = await ServiceClient.CreateAsync(system, "roles:read roles:write");
        return async () =>
        {
            await Task.Delay(BetweenRequests);
            var client = await service.GetAsync();
            using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/roles") { Content = JsonContent.Create(new { name = $"role-{Guid.CreateVersion7():n}" }) };
            request.Headers.Add("Idempotency-Key", $"\"{Guid.CreateVersion7():n}\"");
            using var made = await client.SendAsync(request);
            await ThrowUnlessAsync(made, HttpStatusCode.Created);
            using var deleted = await client.DeleteAsync(made.Headers.Location);
            await ThrowUnlessAsync(deleted, HttpStatusCode.NoContent);
        };
    }

    private async Task<Func<Task>> AdministrateAsync()
    {
        var visitor = system.Visitor(system.FreshAddress());
        var page = await visitor.FollowAsync(await visitor.Http.GetAsync(new Uri("admin", UriKind.Relative)));
        await visitor.SubmitAsync(page, new() { ["username"] = "root-admin", ["password"] = RunningSystem.Password });
        var turn = 0;
        string[] pages = ["users", "roles", "sessions", "audit"];
        return async () =>
        {
            await Task.Delay(BetweenRequests);
            var path = $"admin/{pages[turn++ % pages.Length]}";
            using var answer = await visitor.FollowAsync(await visitor.Http.GetAsync(new Uri(path, UriKind.Relative)));
            await ThrowUnlessAsync(answer, HttpStatusCode.OK);
            var text = await answer.Content.ReadAsStringAsync();
            if (answer.RequestMessage!.RequestUri!.AbsolutePath != $"/{path}" || text.Contains("class=\"problem", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"{path} led to {answer.RequestMessage.RequestUri}: {text}");
            }
        };
    }

    private Task<Func<Task>> DiscoverAsync()
    {
        var client = system.Client(address: system.FreshAddress());
        var turn = 0;
        return Task.FromResult<Func<Task>>(async () =>
        {
            await Task.Delay(BetweenRequests);
            using var answer = await client.GetAsync(new Uri(turn++ % 2 == 0 ? ".well-known/openid-configuration" : ".well-known/jwks", UriKind.Relative));
            await ThrowUnlessAsync(answer, HttpStatusCode.OK);
        });
    }

    private static async Task ThrowUnlessAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        if (answer.StatusCode != status)
        {
            throw new InvalidOperationException($"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
    }
}
