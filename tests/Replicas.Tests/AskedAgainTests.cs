namespace UserDomain.Replicas.Tests;

/// <summary>Which requests the gateway sends to another replica when one has begun to read them and ends.</summary>
public sealed class AskedAgainTests
{
    private const int MostTries = 20;

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

    /// <summary>Asks until a replica was cut off: the answer to that request.</summary>
    private static async Task<HttpStatusCode> AskAsync(string method, string path, string key)
    {
        await using var gateway = await UpstreamGateway.StartAsync();
        using var client = gateway.Client();
        gateway.Replicas[0].CutsOff = true;
        for (var tries = 0; tries < MostTries; tries++)
        {
            using var request = new HttpRequestMessage(new(method), path) { Content = method == "GET" ? null : new StringContent("{}") };
            if (key.Length > 0)
            {
                request.Headers.Add("Idempotency-Key", key);
            }

            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            if (gateway.Replicas[0].CutOff > 0)
            {
                return answer.StatusCode;
            }
        }

        throw new InvalidOperationException($"The replica was not asked in {MostTries} tries.");
    }
}
