using System.Net;
using System.Text.Json;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.OneTime;

/// <summary>Tests that race on one pair of replicas, one after another.</summary>
[CollectionDefinition(nameof(RacingReplicas))]
public sealed class RaceDefinition : ICollectionFixture<RacingReplicas>;

/// <summary>
/// Two replicas that share a database, and Redis where the tests have one. They are the tests' own: other tests change what all devices of a store wait for.
/// </summary>
public sealed class RacingReplicas : IAsyncLifetime
{
    private readonly RunningSystem _b;

    /// <summary>Nothing runs yet.</summary>
    public RacingReplicas() => _b = A.Replica();

    /// <summary>Where everything is arranged.</summary>
    public RunningSystem A { get; } = new();

    /// <summary>Where the races are.</summary>
    public RunningSystem[] Both => [A, _b];

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        await A.InitializeAsync();
        await _b.InitializeAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _b.DisposeAsync();
        await A.DisposeAsync();
    }
}

/// <summary>One thing that is used by twenty at once, half of them at each replica (TST-02).</summary>
internal static class Race
{
    /// <summary>How often each race is run: one alone may be won in order by chance.</summary>
    public const int Rounds = 5;

    private const int Runners = 20;

    /// <summary>Lets all of them go in one moment, with the same request.</summary>
    /// <param name="replicas">Where, by turns.</param>
    /// <param name="request">Makes the request of one of them.</param>
    public static async Task<HttpResponseMessage[]> RunAsync(RunningSystem[] replicas, Func<HttpRequestMessage> request)
    {
        var clients = Enumerable.Range(0, Runners).Select(number => replicas[number % replicas.Length].Anonymous()).ToArray();
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            // Connections are made before: who had to wait for one would come too late for a race.
            await Task.WhenAll(clients.Select(client => client.GetStringAsync(new Uri(".well-known/jwks", UriKind.Relative))));
            var answers = clients.Select(SendAsync).ToArray();
            start.SetResult();
            return await Task.WhenAll(answers);
        }
        finally
        {
            Array.ForEach(clients, client => client.Dispose());
        }

        async Task<HttpResponseMessage> SendAsync(HttpClient client)
        {
            using var sent = request();
            await start.Task;
            return await client.SendAsync(sent, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>A form for one of them.</summary>
    public static HttpRequestMessage Form(string path, params (string Name, string Value)[] form) =>
        new(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form.Select(pair => new KeyValuePair<string, string>(pair.Name, pair.Value))) };

    /// <summary>What the only one who won was told; everybody else has to be refused in one of the ways of OAuth.</summary>
    public static async Task<JsonElement> WinnerAsync(this HttpResponseMessage[] answers, HttpStatusCode status, params string[] errors)
    {
        var winner = Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        foreach (var answer in answers.Where(answer => answer != winner))
        {
            var refusal = await Task.FromResult(answer).BodyAsync(status);
            Assert.Contains(refusal.Text("error"), errors);
        }

        return await Task.FromResult(winner).BodyAsync();
    }
}
