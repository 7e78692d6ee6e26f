namespace UserDomain.Replicas.Tests;

/// <summary>Clients that register themselves through the gateway (RFC 7591), and manage themselves at whichever replica they come to (RFC 7592).</summary>
public sealed class RegistrationTests(ReplicatedSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_registers_at_one_replica_and_reads_changes_and_ends_itself_at_the_other()
    {
        using var registrar = system.Client("a", await system.ServiceTokenAsync("a", "clients:register"));
        var discovery = await registrar.GetAsync(new Uri(".well-known/openid-configuration", UriKind.Relative), Cancellation).BodyAsync();
        var metadata = new Dictionary<string, object?> { ["client_name"] = "Shop", ["grant_types"] = new[] { "client_credentials" } };

        var client = await registrar.PostAsJsonAsync(new Uri(discovery.Text("registration_endpoint")!), metadata, Cancellation).BodyAsync(HttpStatusCode.Created);

        var address = new Uri(client.Text("registration_client_uri")!);
        Assert.True(new Uri(system.PublicUrl, "connect/register/").IsBaseOf(address), address.AbsoluteUri);
        using var first = system.Client("a", client.Text("registration_access_token"));
        using var second = system.Client("b", client.Text("registration_access_token"));
        Assert.Equal("Shop", (await second.GetAsync(address, Cancellation).BodyAsync()).Text("client_name"));

        // Each replica has seen it, and would answer with what it remembers.
        Assert.Equal(HttpStatusCode.OK, await TokenAsync("a"));
        Assert.Equal(HttpStatusCode.OK, await TokenAsync("b"));
        metadata["client_id"] = client.Text("client_id");
        metadata["client_name"] = "Other";
        Assert.Equal("Other", (await second.PutAsJsonAsync(address, metadata, Cancellation).BodyAsync()).Text("client_name"));
        Assert.Equal("Other", (await first.GetAsync(address, Cancellation).BodyAsync()).Text("client_name"));

        using var ended = await second.DeleteAsync(address, Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await TokenAsync("b"));
        await Task.Delay(TimeSpan.FromSeconds(2), Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, await TokenAsync("a"));
        using var gone = await first.GetAsync(address, Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, gone.StatusCode);

        async Task<HttpStatusCode> TokenAsync(string replica)
        {
            using var caller = system.Client(replica);
            using var answer = await caller.PostAsync(new Uri("connect/token", UriKind.Relative), new FormUrlEncodedContent(
                [new("grant_type", "client_credentials"), new("client_id", client.Text("client_id")!), new("client_secret", client.Text("client_secret")!)]), Cancellation);
            return answer.StatusCode;
        }
    }
}
