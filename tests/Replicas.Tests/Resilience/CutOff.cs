using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using UserDomain.Contracts;

namespace UserDomain.Replicas.Tests.Resilience;

/// <summary>Requests to each of the four APIs, 200 a second each, with tokens that are then revoked: when was the last one accepted?</summary>
/// <param name="system">The installation.</param>
/// <param name="tokens">A token for each API, by its scope.</param>
internal sealed partial class CutOff(ReplicatedSystem system, IReadOnlyDictionary<string, string> tokens)
{
    /// <summary>The APIs: a scope for each, and what is asked with it.</summary>
    public static readonly IReadOnlyDictionary<string, string> Apis = new Dictionary<string, string>
    {
        ["users:read"] = "api/v1/users?limit=1",
        ["roles:read"] = "api/v1/roles?limit=1",
        ["sessions:read"] = "api/v1/sessions?limit=1",
        ["audit:read"] = "api/v1/audit-events?limit=1",
    };

    // The gateway lets one address ask 50 times a second.
    private const int Addresses = 5;
    private const int Warm = 400;
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan UntilWarm = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private static readonly string[] Replicas = [.. ((string[])[Services.ProfileApi, Services.RoleApi, Services.SessionApi, Services.AuditApi]).SelectMany(service => new[] { $"{Names.Host(service)}-1", $"{Names.Host(service)}-2" })];

    private readonly ConcurrentDictionary<string, long> _lastAccepted = new();
    private readonly ConcurrentQueue<string> _unexpected = new();
    private int _accepted;

    /// <summary>How many requests a second there were before anything was revoked.</summary>
    public double Rate { get; private set; }

    /// <summary>How many calls the APIs made to anybody for each request of others.</summary>
    public double CallsEach { get; private set; }

    /// <summary>Revokes under load.</summary>
    /// <param name="revoke">Done when it is answered.</param>
    /// <returns>How long after that answer each API gave its last one to a revoked token; zero if it was before.</returns>
    public async Task<IReadOnlyDictionary<string, TimeSpan>> MeasureAsync(Func<Task> revoke)
    {
        using var over = new CancellationTokenSource(UntilWarm);
        var askers = Apis.SelectMany(api => Enumerable.Range(0, Addresses).Select(number => AskAsync(api.Key, api.Value, number, over.Token))).ToList();
        while (_accepted < Warm && !over.IsCancellationRequested)
        {
            await Task.Delay(Between);
        }

        var (calls, clock, accepted) = (await CallsAsync(), Stopwatch.StartNew(), _accepted);
        await Task.Delay(Before);
        Rate = (_accepted - accepted) / clock.Elapsed.TotalSeconds;
        CallsEach = (await CallsAsync() - calls) / (_accepted - accepted);
        over.CancelAfter(Longest);
        await revoke();
        var revoked = Stopwatch.GetTimestamp();
        await Task.WhenAll(askers);
        Assert.Empty(_unexpected);
        Assert.All(Apis.Keys, api => Assert.Contains(api, _lastAccepted.Keys));
        Assert.False(over.IsCancellationRequested, $"Not refused by all within {Longest.TotalSeconds} s.");
        return Apis.Keys.ToDictionary(api => api, api => TimeSpan.FromTicks(Math.Max(0, Stopwatch.GetElapsedTime(revoked, _lastAccepted[api]).Ticks)));
    }

    // Goes on for a while after the first refusal: the other replica may not know it yet.
    private async Task AskAsync(string api, string path, int number, CancellationToken over)
    {
        using var client = system.Client(accessToken: tokens[api], address: system.FreshAddress());
        using var timer = new PeriodicTimer(Between);
        await Task.Delay(Between * number / Addresses, CancellationToken.None);
        var refused = 0;
        while (refused < 40 && !over.IsCancellationRequested)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), CancellationToken.None);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    refused = 0;
                    Interlocked.Increment(ref _accepted);
                    _lastAccepted.AddOrUpdate(api, _ => Stopwatch.GetTimestamp(), (_, last) => Math.Max(last, Stopwatch.GetTimestamp()));
                }
                else if (answer.StatusCode == HttpStatusCode.Unauthorized)
                {
                    refused++;
                }
                else
                {
                    _unexpected.Enqueue($"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(CancellationToken.None)}");
                }
            }
            catch (HttpRequestException exception)
            {
                _unexpected.Enqueue($"{path}: {exception.GetBaseException().Message}");
            }

            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private async Task<double> CallsAsync()
    {
        var calls = 0.0;
        foreach (var replica in Replicas)
        {
            using var client = system.Operator(replica);
            var metrics = await client.GetStringAsync(new Uri("metrics", UriKind.Relative));
            calls += Count.Matches(metrics).Sum(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
        }

        return calls;
    }

    [GeneratedRegex("""^http_client_request_duration_seconds_count\{[^}]*\} ([0-9.e+]+)""", RegexOptions.Multiline)]
    private static partial Regex Count { get; }
}
