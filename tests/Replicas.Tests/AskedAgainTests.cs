namespace UserDomain.Replicas.Tests;

/// <summary>Which requests the gateway sends to another replica when one has begun to read them and ends.</summary>
public sealed class AskedAgainTests
{
    [Theory]
    [InlineData("GET", "api/v1/roles", "")]
    [InlineData("PUT", "api/v1/roles/1", "")]
    [InlineData("DELETE", "api/v1/roles/1", "")]
    [InlineData("POST", "api/v1/roles", "0198a7f0")]
    [InlineData("POST", "account/sign-in", "")]
    [InlineData("POST", "connect/token", "")]
    [InlineData("POST", "connect/introspect", "")]
    [InlineData("POST", "connect/revoke", "")]
    [InlineData("POST", "connect/par", "")]
    [InlineData("POST", "connect/device", "")]
    public async Task What_does_no_harm_twice_is_answered_by_another_replica(string method, string path, string key) =>
        Assert.Equal(HttpStatusCode.OK, await AskAsync(method, path, key));

    [Theory]
    [InlineData("POST", "api/v1/roles", "")]
    [InlineData("PATCH", "api/v1/roles/1", "")]
    [InlineData("POST", "account/consent", "")]
    [InlineData("POST", "connect/logout", "")]
    [InlineData("POST", "admin/roles", "")]
    public async Task What_might_do_harm_twice_is_not_sent_again(string method, string path, string key) =>
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(method, path, key));

    /// <summary>Asks once, and whichever replica is asked first ends the connection: the gateway's answer.</summary>
    private static async Task<HttpStatusCode> AskAsync(string method, string path, string key)
    {
        await using var gateway = await UpstreamGateway.StartAsync();
        using var client = gateway.Client();
        var asked = 0;
        foreach (var replica in gateway.Replicas)
        {
            replica.CutsOff = () => Interlocked.Increment(ref asked) == 1;
        }

        using var request = new HttpRequestMessage(new(method), path) { Content = method == "GET" ? null : new StringContent("{}") };
        if (key.Length > 0)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.NotEqual(0, asked);
        return answer.StatusCode;
    }
}
