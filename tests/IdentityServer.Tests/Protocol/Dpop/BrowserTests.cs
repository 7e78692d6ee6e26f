using UserDomain.IdentityServer.Clients;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.Dpop;

/// <summary>What clients learn by themselves, and what scripts of other origins may send and read (TOK-09).</summary>
public sealed class BrowserTests(RunningSystem system)
{
    [Theory]
    [InlineData(".well-known/openid-configuration")]
    [InlineData(".well-known/oauth-authorization-server")]
    public async Task The_algorithms_of_proofs_are_published(string path)
    {
        using var client = system.Anonymous();

        var metadata = await client.GetAsync(new Uri(path, UriKind.Relative)).BodyAsync();

        Assert.Equal(["ES256", "ES384", "PS256"], metadata.Strings("dpop_signing_alg_values_supported"));
    }

    [Theory]
    [InlineData(DpopCalls.Token)]
    [InlineData(DpopCalls.UserInfo)]
    [InlineData("api/v1/me")]
    public async Task TOK_09_Scripts_may_send_proofs_and_read_nonces(string path)
    {
        var origin = $"https://dpop-{Guid.CreateVersion7():n}.example";
        await system.RegisterAsync(new ClientSpec($"cors-{Guid.CreateVersion7():n}", ClientType.Spa) { RedirectUris = [$"{origin}/callback"], Scopes = ["openid"] });
        // Origins are looked up at most once a second.
        await Task.Delay(TimeSpan.FromSeconds(1.1));
        using var client = system.Anonymous();
        using var before = new HttpRequestMessage(HttpMethod.Options, path);
        before.Headers.Add("Origin", origin);
        before.Headers.Add("Access-Control-Request-Method", "POST");
        before.Headers.Add("Access-Control-Request-Headers", "authorization,dpop");
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Origin", origin);

        using var allowed = await client.SendAsync(before);
        using var answer = await client.SendAsync(request);

        Assert.Contains("DPoP", string.Join(',', allowed.Headers.GetValues("Access-Control-Allow-Headers")), StringComparison.OrdinalIgnoreCase);
        var exposed = string.Join(',', answer.Headers.GetValues("Access-Control-Expose-Headers"));
        Assert.Contains("DPoP-Nonce", exposed, StringComparison.Ordinal);
        Assert.Contains("WWW-Authenticate", exposed, StringComparison.Ordinal);
    }
}
