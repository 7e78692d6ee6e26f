using System.Net;
using System.Security.Cryptography.X509Certificates;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Tests.Protocol.Dpop;
using UserDomain.IdentityServer.Tests.Protocol.Exchange;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.Mtls;

/// <summary>Tokens bound to the certificate of their client (RFC 8705 sections 3 and 4): got, renewed, introspected, and used at UserInfo and all four APIs.</summary>
public sealed class BoundTokenTests(MtlsSystem system) : IClassFixture<MtlsSystem>, IDisposable
{
    private const string Secret = "secret-of-clients-with-certificates-01";

    private readonly X509Certificate2 _mine = TestAuthority.SelfSigned("CN=mine");
    private readonly X509Certificate2 _other = TestAuthority.SelfSigned("CN=mine");

    public void Dispose()
    {
        _mine.Dispose();
        _other.Dispose();
    }

    [Theory]
    [InlineData("connect/userinfo", "openid")]
    [InlineData("api/v1/me", "profile:self")]
    [InlineData("api/v1/roles", "roles:read")]
    [InlineData("api/v1/sessions", "sessions:read")]
    [InlineData("api/v1/audit-events", "audit:read")]
    [InlineData("api/v1/clients", "clients:read")]
    public async Task TOK_10_A_bound_token_is_good_by_a_connection_with_its_certificate_and_in_no_other_way(string path, string scope)
    {
        using var key = DpopKey.Create();
        var (visitor, code) = await CodeAsync(ClientType.Web, scope, "administrator");
        var tokens = await RedeemAsync(_mine, visitor, code).BodyAsync();
        var token = tokens.Text("access_token")!;

        Assert.Equal("Bearer", tokens.Text("token_type"));
        Assert.Equal(Confirmation.ThumbprintOf(_mine), BoundTo(token));
        using var good = await system.GetAsync(_mine, path, token);
        Assert.True(good.StatusCode == HttpStatusCode.OK, $"{path}: {good.StatusCode}");
        await RefusedAsync(system.GetAsync(_other, path, token));
        await RefusedAsync(system.GetAsync(null, path, token));
        await RefusedAsync(system.System.GetAsync(path, "Bearer", token));

        // Nor is a proof by some key a way around.
        using var proven = await system.GetAsync(_mine, path, token, "DPoP", key.Prove("GET", system.Url.AbsoluteUri + path, token));
        Assert.Equal(HttpStatusCode.Unauthorized, proven.StatusCode);
        visitor.Dispose();
    }

    [Fact]
    public async Task TOK_10_A_client_that_is_registered_for_bound_tokens_gets_none_without_a_certificate_by_any_grant()
    {
        var (visitor, code) = await CodeAsync(ClientType.Web, "openid");
        await RedeemAsync(null, visitor, code).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
        await system.System.RedeemAsync(visitor, code).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
        var tokens = await RedeemAsync(_mine, visitor, code).BodyAsync();
        await RefreshAsync(null, visitor, tokens.Text("refresh_token")!).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");

        // A client with a secret may change its certificate.
        var renewed = await RefreshAsync(_other, visitor, tokens.Text("refresh_token")!).BodyAsync();
        Assert.Equal(Confirmation.ThumbprintOf(_other), BoundTo(renewed.Text("access_token")!));

        var service = await system.ServiceAsync(spec => spec with { ClientSecret = Secret, SenderConstraint = SenderConstraint.Mtls });
        await system.AskAsync(null, service, ("client_secret", Secret)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
        await system.AskAsync(_mine, service, ("client_secret", Secret)).BodyAsync();
        visitor.Dispose();
    }

    [Fact]
    public async Task The_refresh_token_of_a_client_without_a_secret_is_bound_as_well()
    {
        var (visitor, code) = await CodeAsync(ClientType.Native, "openid");
        var tokens = await RedeemAsync(_mine, visitor, code).BodyAsync();
        var refresh = tokens.Text("refresh_token")!;

        await RefreshAsync(_other, visitor, refresh).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
        await RefreshAsync(null, visitor, refresh).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
        var renewed = await RefreshAsync(_mine, visitor, refresh).BodyAsync();

        Assert.Equal(Confirmation.ThumbprintOf(_mine), BoundTo(renewed.Text("access_token")!));
        await RefreshAsync(_other, visitor, renewed.Text("refresh_token")!).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
        visitor.Dispose();
    }

    [Fact]
    public async Task Introspection_tells_to_which_certificate_a_token_is_bound()
    {
        var service = await system.ServiceAsync(spec => spec with { ClientSecret = Secret, SenderConstraint = SenderConstraint.Mtls });
        var token = (await system.AskAsync(_mine, service, ("client_secret", Secret)).BodyAsync()).Text("access_token")!;

        var seen = await system.PostAsync(null, "connect/introspect", ("token", token), ("client_id", service), ("client_secret", Secret)).BodyAsync();

        Assert.True(seen.GetProperty("active").GetBoolean());
        Assert.Equal(("Bearer", Confirmation.ThumbprintOf(_mine)), (seen.Text("token_type"), seen.GetProperty("cnf").Text("x5t#S256")));
    }

    [Fact]
    public async Task TOK_10_What_is_exchanged_for_a_bound_token_is_bound_and_ones_own_needs_its_certificate()
    {
        var (visitor, code) = await CodeAsync(ClientType.Web, "users:read", "support");
        var theirs = (await RedeemAsync(_other, visitor, code).BodyAsync()).Text("access_token")!;
        var policy = ExchangeCalls.TokensOf(visitor.ClientId);
        var unbound = await ExchangerAsync(policy, SenderConstraint.None);
        var bound = await ExchangerAsync(policy, SenderConstraint.Mtls);
        var own = (await ExchangeAsync(_mine, bound, ("grant_type", "client_credentials"), ("scope", "users:read")).BodyAsync()).Text("access_token")!;

        await ExchangeAsync(_mine, unbound, ExchangeCalls.Form(theirs)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
        var exchanged = await ExchangeAsync(_mine, bound, ExchangeCalls.Form(theirs)).BodyAsync();
        await ExchangeAsync(_other, bound, ExchangeCalls.Form(own)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
        await ExchangeAsync(_other, bound, ExchangeCalls.Form(theirs, own)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
        await ExchangeAsync(_mine, bound, ExchangeCalls.Form(theirs, own)).BodyAsync();

        Assert.Equal(Confirmation.ThumbprintOf(_mine), BoundTo(exchanged.Text("access_token")!));
        visitor.Dispose();
    }

    [Theory]
    [InlineData("connect/userinfo", "openid")]
    [InlineData("api/v1/me", "profile:self")]
    public async Task A_token_that_is_bound_to_a_key_needs_its_proof_whatever_certificate_there_is(string path, string scope)
    {
        using var key = DpopKey.Create();
        var (visitor, code) = await CodeAsync(ClientType.Web, scope, constraint: SenderConstraint.None);
        var nonce = await system.System.NonceAsync();
        var token = (await RedeemAsync(_mine, visitor, code, key.Prove("POST", system.Url.AbsoluteUri + MtlsSystem.Token, nonce: nonce)).BodyAsync()).Text("access_token")!;

        Assert.Equal(key.Thumbprint, DpopCalls.BoundTo(token));
        Assert.Null(BoundTo(token));
        await RefusedAsync(system.GetAsync(_mine, path, token));
        using var good = await system.GetAsync(_other, path, token, "DPoP", key.Prove("GET", system.Url.AbsoluteUri + path, token));
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        using var elsewhere = await system.GetAsync(_mine, path, token, "DPoP", key.Prove("GET", system.System.PublicUrl.AbsoluteUri + path, token));
        Assert.Equal(HttpStatusCode.Unauthorized, elsewhere.StatusCode);
        visitor.Dispose();
    }

    [Theory]
    [InlineData("connect/userinfo", "openid")]
    [InlineData("api/v1/me", "profile:self")]
    public async Task A_token_that_is_bound_to_both_needs_both(string path, string scope)
    {
        using var key = DpopKey.Create();
        var (visitor, code) = await CodeAsync(ClientType.Web, scope);
        var nonce = await system.System.NonceAsync();
        var token = (await RedeemAsync(_mine, visitor, code, key.Prove("POST", system.Url.AbsoluteUri + MtlsSystem.Token, nonce: nonce)).BodyAsync()).Text("access_token")!;
        string Proof() => key.Prove("GET", system.Url.AbsoluteUri + path, token);

        await RefusedAsync(system.GetAsync(_mine, path, token));
        foreach (var wrong in new[] { _other, null })
        {
            using var refused = await system.GetAsync(wrong, path, token, "DPoP", Proof());
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        using var good = await system.GetAsync(_mine, path, token, "DPoP", Proof());
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        visitor.Dispose();
    }

    [Fact]
    public async Task A_token_that_is_not_bound_is_taken_with_and_without_a_certificate()
    {
        var (visitor, code) = await CodeAsync(ClientType.Web, "openid", constraint: SenderConstraint.None);
        var token = (await RedeemAsync(_mine, visitor, code).BodyAsync()).Text("access_token")!;

        foreach (var certificate in new[] { _mine, _other, null })
        {
            using var answer = await system.GetAsync(certificate, "connect/userinfo", token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        visitor.Dispose();
    }

    private Task<string> ExchangerAsync(TokenExchangePolicy policy, SenderConstraint constraint) => system.ServiceAsync(spec => spec with
    {
        ClientSecret = Secret,
        Scopes = ["users:read"],
        Grants = [ClientGrant.ClientCredentials, ClientGrant.TokenExchange],
        TokenExchange = policy,
        SenderConstraint = constraint,
    });

    private Task<HttpResponseMessage> ExchangeAsync(X509Certificate2 certificate, string client, params (string Name, string Value)[] form) =>
        system.PostAsync(certificate, MtlsSystem.Token, [.. form, ("client_id", client), ("client_secret", Secret)]);

    private async Task<(WebVisitor Visitor, string Code)> CodeAsync(ClientType type, string scope, string? role = null, SenderConstraint constraint = SenderConstraint.Mtls)
    {
        var name = $"cleo-{Guid.CreateVersion7():n}";
        await system.System.CreateUserAsync(name, roles: role is null ? [] : [role]);
        var client = new ClientSpec(MtlsSystem.NewId(), type)
        {
            ClientSecret = type == ClientType.Web ? Secret : null,
            Scopes = ["openid", "offline_access", scope],
            RedirectUris = [WebVisitor.RedirectUri],
            SenderConstraint = constraint,
        };
        await system.System.RegisterAsync(client);
        var visitor = new WebVisitor(system.System.PublicUrl, client.ClientId, client.ClientSecret ?? "", [.. client.Scopes]);
        return (visitor, await visitor.CodeAsync(name, RunningSystem.Password));
    }

    private async Task<HttpResponseMessage> RedeemAsync(X509Certificate2? certificate, WebVisitor visitor, string code, string? proof = null)
    {
        using var client = system.Connect(certificate);
        if (proof is not null)
        {
            client.DefaultRequestHeaders.Add("DPoP", proof);
        }

        return await MtlsSystem.PostAsync(client, MtlsSystem.Token,
            [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", WebVisitor.RedirectUri), ("code_verifier", visitor.Verifier), .. Credentials(visitor)]);
    }

    private Task<HttpResponseMessage> RefreshAsync(X509Certificate2? certificate, WebVisitor visitor, string refreshToken) =>
        system.PostAsync(certificate, MtlsSystem.Token, [("grant_type", "refresh_token"), ("refresh_token", refreshToken), .. Credentials(visitor)]);

    private static (string, string)[] Credentials(WebVisitor visitor) =>
        visitor.ClientSecret.Length == 0 ? [("client_id", visitor.ClientId)] : [("client_id", visitor.ClientId), ("client_secret", visitor.ClientSecret)];

    private static string? BoundTo(string token) =>
        Jwt.ClaimsOf(token).TryGetProperty("cnf", out var confirmation) && confirmation.TryGetProperty("x5t#S256", out var thumbprint) ? thumbprint.GetString() : null;

    private static async Task RefusedAsync(Task<HttpResponseMessage> request)
    {
        using var answer = await request;
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("error=\"invalid_token\"", answer.Headers.WwwAuthenticate.First().ToString(), StringComparison.Ordinal);
    }
}
