using System.Diagnostics;
using System.Globalization;
using UserDomain.Contracts;

namespace UserDomain.Replicas.Tests.Resilience;

/// <summary>What people and programs notice when parts of an installation end and come back. After the other tests, whose parts these are, too.</summary>
[CollectionDefinition(nameof(ResilienceCollection), DisableParallelization = true)]
public sealed class ResilienceCollection;

/// <inheritdoc cref="ResilienceCollection"/>
[Collection(nameof(ResilienceCollection))]
public sealed class ResilienceTests(ReplicatedSystem system)
{
    private static readonly string[] Replicas = [.. Services.All.SelectMany(service => new[] { $"{Names.Host(service)}-1", $"{Names.Host(service)}-2" })];

    // Once around is enough to see that it holds; eng/test-compose goes on for longer.
    private static readonly TimeSpan AtLeast = TimeSpan.FromMinutes(int.Parse(Environment.GetEnvironmentVariable("USER_DOMAIN_TEST_MINUTES") ?? "0", CultureInfo.InvariantCulture));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task REL_06_Replicas_end_and_start_again_one_after_the_other_and_nobody_notices()
    {
        var traffic = new Traffic(system);

        var clock = Stopwatch.StartNew();
        await traffic.GoOnWhileAsync(async () =>
        {
            do
            {
                foreach (var number in (string[])["1", "2"])
                {
                    await Task.WhenAll(Replicas.Where(part => part.EndsWith(number, StringComparison.Ordinal)).Select(async part =>
                    {
                        await system.Installation.StopAsync(part, Cancellation);
                        await system.Installation.StartAsync(part, Cancellation);
                    }));
                }
            }
            while (clock.Elapsed < AtLeast);
        });

        TestContext.Current.SendDiagnosticMessage($"{clock.Elapsed.TotalSeconds:0} s: {string.Join(' ', traffic.Done)}");
        traffic.AssertUndisturbed();
    }

    [Fact]
    public async Task Nobody_notices_that_a_service_is_replaced()
    {
        var traffic = new Traffic(system);

        await traffic.GoOnWhileAsync(() => system.Installation.UpdateAsync(Services.RoleApi, Cancellation));

        traffic.AssertUndisturbed();
    }

    [Fact]
    public async Task Nobody_notices_that_a_replica_is_killed()
    {
        var traffic = new Traffic(system);

        await traffic.GoOnWhileAsync(async () =>
        {
            foreach (var part in Replicas.Where(part => part.EndsWith('1')))
            {
                await system.Installation.KillAsync(part, Cancellation);
            }

            await Task.WhenAll(Replicas.Where(part => part.EndsWith('1')).Select(part => system.Installation.StartAsync(part, Cancellation)));
        });

        // One for each of those who were signing in or renewing just then; and an answer is on its way for so short a time that hardly one of six kills finds one.
        traffic.AssertUndisturbed(redeemed: 3, cutOff: 1);
    }

    [Fact]
    public async Task REL_04_Without_Redis_everything_goes_on()
    {
        var traffic = new Traffic(system);

        await traffic.GoOnWhileAsync(async () =>
        {
            await system.Installation.StopAsync("redis", Cancellation);
            await Task.Delay(TimeSpan.FromSeconds(5), Cancellation);
            await system.Installation.StartAsync("redis", Cancellation);
            await Task.Delay(TimeSpan.FromSeconds(3), Cancellation);
        });

        traffic.AssertUndisturbed();
    }

    [Fact]
    public async Task REL_04_Without_the_database_answers_are_fast_and_it_is_found_again_within_10_s()
    {
        using var client = system.Client(accessToken: await system.ServiceTokenAsync(null, "roles:read"));
        using var other = system.Client(accessToken: await system.ServiceTokenAsync(null, "audit:read"));
        await system.Installation.StopAsync("database", Cancellation);
        try
        {
            // Until then a token can be had of what a replica has just seen of its client.
            await Task.Delay(TimeSpan.FromSeconds(3), Cancellation);
            foreach (var _ in Enumerable.Range(0, 5))
            {
                await AssertUnavailableAsync(() => client.GetAsync(new Uri("api/v1/roles", UriKind.Relative), Cancellation));
                await AssertUnavailableAsync(() => other.GetAsync(new Uri("api/v1/audit-events", UriKind.Relative), Cancellation));
                await AssertUnavailableAsync(() => PostTokenAsync(client));
                using var discovery = await client.GetAsync(new Uri(".well-known/openid-configuration", UriKind.Relative), Cancellation);
                using var keys = await client.GetAsync(new Uri(".well-known/jwks", UriKind.Relative), Cancellation);
                Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (discovery.StatusCode, keys.StatusCode));
            }
        }
        finally
        {
            await system.Installation.StartAsync("database", Cancellation);
        }

        await Task.Delay(TimeSpan.FromSeconds(10), Cancellation);
        var traffic = new Traffic(system);
        await traffic.GoOnWhileAsync(() => Task.Delay(TimeSpan.FromSeconds(2), Cancellation));
        traffic.AssertUndisturbed();
    }

    private static async Task<HttpResponseMessage> PostTokenAsync(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "connect/token")
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", "service"), new("client_secret", ReplicatedSystem.Secret)]),
        };
        return await client.SendAsync(request, Cancellation);
    }

    private static async Task AssertUnavailableAsync(Func<Task<HttpResponseMessage>> ask)
    {
        var clock = Stopwatch.StartNew();
        using var answer = await ask();
        Assert.True(answer.StatusCode == HttpStatusCode.ServiceUnavailable && answer.Headers.RetryAfter is not null,
            $"{answer.RequestMessage!.RequestUri}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancellation)}");
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }
}
