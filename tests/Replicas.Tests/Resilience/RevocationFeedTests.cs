using System.Diagnostics;
using UserDomain.Contracts;

namespace UserDomain.Replicas.Tests.Resilience;

/// <summary>What the APIs do while nobody tells them what is revoked, and that they catch up afterwards.</summary>
[Collection(nameof(ResilienceCollection))]
public sealed class RevocationFeedTests(ReplicatedSystem system)
{
    private static readonly string[] Log = [$"{Names.Host(Services.SessionApi)}-1", $"{Names.Host(Services.SessionApi)}-2"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task REV_01_REV_02_Without_the_revocation_log_reads_go_on_and_writes_wait_and_what_was_revoked_meanwhile_is_refused_at_once_after_it()
    {
        using var service = system.Client(accessToken: await system.ServiceTokenAsync(null, "roles:write"));
        using var reader = system.Client(accessToken: await system.ServiceTokenAsync(null, "roles:read"));
        var given = await system.ServiceTokenAsync(null, "roles:read");
        using var withGiven = system.Client(accessToken: given);
        HttpStatusCode last;
        await Task.WhenAll(Log.Select(part => system.Installation.StopAsync(part, Cancellation)));
        try
        {
            await GiveBackAsync(given);
            var clock = Stopwatch.StartNew();
            do
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), Cancellation);
                last = await WriteAsync(service);
                Assert.Equal(HttpStatusCode.OK, await ReadAsync(reader));
            }
            while (last != HttpStatusCode.ServiceUnavailable && clock.Elapsed < TimeSpan.FromSeconds(20));

            Assert.Equal(HttpStatusCode.ServiceUnavailable, last);
            Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15));
            Assert.Equal(HttpStatusCode.OK, await ReadAsync(withGiven));
        }
        finally
        {
            await Task.WhenAll(Log.Select(part => system.Installation.StartAsync(part, Cancellation)));
        }

        var back = Stopwatch.StartNew();
        while (await ReadAsync(withGiven) != HttpStatusCode.Unauthorized || await WriteAsync(service) != HttpStatusCode.NotFound)
        {
            Assert.True(back.Elapsed < TimeSpan.FromSeconds(5), "The log is not followed again.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), Cancellation);
        }
    }

    // Changes nothing: there is no such role.
    private static async Task<HttpStatusCode> WriteAsync(HttpClient client)
    {
        using var answer = await client.DeleteAsync($"api/v1/roles/{Guid.CreateVersion7()}", Cancellation);
        Assert.True(answer.StatusCode != HttpStatusCode.ServiceUnavailable || answer.Headers.RetryAfter is not null);
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> ReadAsync(HttpClient client)
    {
        using var answer = await client.GetAsync(new Uri("api/v1/roles", UriKind.Relative), Cancellation);
        return answer.StatusCode;
    }

    private async Task GiveBackAsync(string token)
    {
        using var client = system.Client();
        using var form = new FormUrlEncodedContent([new("token", token), new("client_id", "service"), new("client_secret", ReplicatedSystem.Secret)]);
        using var answer = await client.PostAsync(new Uri("connect/revoke", UriKind.Relative), form, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
