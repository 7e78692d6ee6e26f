using System.Net;
using System.Security.Cryptography.X509Certificates;
using UserDomain.IdentityServer.Clients;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.Mtls;

/// <summary>Clients that are known by a name in a certificate of an authority (<c>tls_client_auth</c>, RFC 8705 section 2.1).</summary>
public sealed class AuthorityTests(MtlsSystem system) : IClassFixture<MtlsSystem>
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // What a client registers, a certificate that has it, and one that has something like it.
    private static readonly Dictionary<string, (Func<ClientSpec, ClientSpec> Register, Func<TestAuthority, X509Certificate2> Right, Func<TestAuthority, X509Certificate2>[] Wrong)> Names = new()
    {
        ["subject"] = (client => client with { TlsClientAuthSubjectDn = @"CN=billing,O=Example\, Inc.,C=DE" }, authority => authority.Issue("CN=billing, O=\"Example, Inc.\", C=DE"),
        [
            authority => authority.Issue("CN=billing2, O=\"Example, Inc.\", C=DE"),
            authority => authority.Issue("CN=Billing, O=\"Example, Inc.\", C=DE"),
            authority => authority.Issue("C=DE, O=\"Example, Inc.\", CN=billing"),
            authority => authority.Issue("CN=billing, O=\"Example, Inc.\""),
            authority => authority.Issue("CN=billing, OU=a, O=\"Example, Inc.\", C=DE"),
            authority => authority.Issue("C=DE, O=Example, CN=\"billing,O=Example\\, Inc.,C=DE\""),
            authority => authority.Issue("CN=other", names => names.AddDnsName("billing")),
        ]),
        ["dns"] = (client => client with { TlsClientAuthSanDns = "billing.example.test" }, authority => authority.Issue("CN=x", names => names.AddDnsName("Billing.example.test")),
        [
            authority => authority.Issue("CN=billing.example.test"),
            authority => authority.Issue("CN=x", names => names.AddDnsName("*.example.test")),
            authority => authority.Issue("CN=x", names => names.AddDnsName("billing.example.test.evil.example")),
            authority => authority.Issue("CN=x", names => names.AddUri(new("https://billing.example.test"))),
        ]),
        ["uri"] = (client => client with { TlsClientAuthSanUri = "spiffe://example.test/billing" }, authority => authority.Issue("CN=x", names =>
        {
            names.AddEmailAddress("a@example.test");
            names.AddUserPrincipalName("upn@example.test");
            names.AddUri(new("spiffe://example.test/billing"));
        }),
        [
            authority => authority.Issue("CN=x", names => names.AddUri(new("spiffe://example.test/billing/x"))),
            authority => authority.Issue("CN=spiffe://example.test/billing"),
        ]),
        ["ip"] = (client => client with { TlsClientAuthSanIp = "2001:db8::7" }, authority => authority.Issue("CN=x", names => names.AddIpAddress(IPAddress.Parse("2001:0db8:0:0::7"))),
        [
            authority => authority.Issue("CN=x", names => names.AddIpAddress(IPAddress.Parse("2001:db8::8"))),
            authority => authority.Issue("CN=x", names => names.AddIpAddress(IPAddress.Parse("127.0.0.1"))),
            authority => authority.Issue("CN=x", names => names.AddDnsName("2001:db8::7")),
        ]),
        ["email"] = (client => client with { TlsClientAuthSanEmail = "billing@example.test" }, authority => authority.Issue("CN=x", names => names.AddEmailAddress("billing@example.test")),
        [
            authority => authority.Issue("CN=x", names => names.AddEmailAddress("billing2@example.test")),
            authority => authority.Issue("E=billing@example.test"),
        ]),
    };

    public static TheoryData<string> Kinds => [.. Names.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_client_is_known_by_the_name_it_registered_and_by_nothing_like_it(string kind)
    {
        var (register, right, wrong) = Names[kind];
        var client = await system.ServiceAsync(register);
        using var certificate = right(system.Authority);

        var answer = await system.AskAsync(certificate, client).BodyAsync();

        Assert.Equal("Bearer", answer.Text("token_type"));
        Assert.False(Jwt.ClaimsOf(answer.Text("access_token")!).TryGetProperty("cnf", out _));
        foreach (var make in wrong)
        {
            using var other = make(system.Authority);
            await RefusedAsync(other, client);
        }
    }

    [Fact]
    public async Task A_certificate_of_somebody_else_or_at_another_time_or_for_another_use_is_refused()
    {
        using var stranger = TestAuthority.Create();
        using var below = system.Authority.Below("CN=Not named");
        var client = await system.ServiceAsync(spec => spec with { TlsClientAuthSubjectDn = "CN=billing" });
        X509Certificate2[] wrong =
        [
            stranger.Issue("CN=billing"),
            below.Issue("CN=billing"),
            TestAuthority.SelfSigned("CN=billing"),
            system.Authority.Issue("CN=billing", starts: -2 * Minute, ends: -Minute),
            system.Authority.Issue("CN=billing", starts: Minute, ends: 2 * Minute),
            system.Authority.Issue("CN=billing", forServers: true),
        ];

        foreach (var certificate in wrong)
        {
            await RefusedAsync(certificate, client);
            certificate.Dispose();
        }

        using var right = system.Authority.Issue("CN=billing");
        await system.AskAsync(right, client).BodyAsync();
    }

    [Fact]
    public async Task A_certificate_of_an_authority_between_that_is_named_is_taken()
    {
        var client = await system.ServiceAsync(spec => spec with { TlsClientAuthSanDns = "between.example.test" });
        using var certificate = system.Intermediate.Issue("CN=x", names => names.AddDnsName("between.example.test"));

        await system.AskAsync(certificate, client).BodyAsync();
    }

    [Fact]
    public async Task A_client_without_its_certificate_is_refused_whatever_else_it_sends()
    {
        var client = await system.ServiceAsync(spec => spec with { TlsClientAuthSubjectDn = "CN=billing" });
        using var certificate = system.Authority.Issue("CN=billing");

        foreach (var path in new[] { "connect/introspect", "connect/revoke" })
        {
            await system.PostAsync(null, path, ("client_id", client), ("token", "t")).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
            await system.System.PostAsync(path, ("client_id", client), ("token", "t")).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
            using var known = await system.PostAsync(certificate, path, ("client_id", client), ("token", "t"));
            Assert.Equal(HttpStatusCode.OK, known.StatusCode);
        }

        await system.AskAsync(null, client).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
        await system.AskAsync(null, client, ("client_secret", new('s', 43))).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await system.AskAsync(certificate, client, ("client_secret", new('s', 43))).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
    }

    [Fact]
    public async Task CLI_01_A_certificate_is_no_credential_of_a_client_that_is_registered_for_another()
    {
        using var certificate = system.Authority.Issue("CN=billing");
        using var key = DpopKey.Create();
        var withSecret = await system.System.ServiceAsync("users:read");
        var withKey = await system.ServiceAsync(spec => spec with { Jwks = Assertions.AssertionCalls.Set(("a", key)) });

        await RefusedAsync(certificate, withSecret.Id);
        await RefusedAsync(certificate, withKey);
        await RefusedAsync(certificate, "nobody-of-this-name");

        // Who shows one beside what it is registered for is taken for who it is.
        await system.AskAsync(certificate, withSecret.Id, ("client_secret", withSecret.Secret)).BodyAsync();
    }

    [Fact]
    public async Task A_web_application_pushes_and_redeems_with_its_certificate_alone()
    {
        await system.System.CreateUserAsync("cora-pushes");
        using var certificate = system.Authority.Issue("CN=shop");
        using var other = system.Authority.Issue("CN=shop2");
        var client = new ClientSpec(MtlsSystem.NewId(), ClientType.Web)
        {
            Scopes = ["openid", "offline_access"],
            RedirectUris = [WebVisitor.RedirectUri],
            RequirePar = true,
            TlsClientAuthSubjectDn = "CN=shop",
        };
        await system.System.RegisterAsync(client);
        using var visitor = new WebVisitor(system.System.PublicUrl, client.ClientId, "", [.. client.Scopes]);
        (string Name, string Value)[] request = [.. Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(visitor.AuthorizeUrl()["connect/authorize".Length..]).Select(pair => (pair.Key, pair.Value.ToString()))];

        await system.PostAsync(other, "connect/par", request).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await system.PostAsync(null, "connect/par", request).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        var pushed = await system.PostAsync(certificate, "connect/par", request).BodyAsync(HttpStatusCode.Created);
        var code = await visitor.CodeAsync("cora-pushes", RunningSystem.Password, ("request_uri", pushed.Text("request_uri")!));
        (string Name, string Value)[] redeem = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", WebVisitor.RedirectUri), ("code_verifier", visitor.Verifier), ("client_id", client.ClientId)];
        await system.PostAsync(null, MtlsSystem.Token, redeem).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await system.PostAsync(other, MtlsSystem.Token, redeem).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        var tokens = await system.PostAsync(certificate, MtlsSystem.Token, redeem).BodyAsync();

        (string Name, string Value)[] refresh = [("grant_type", "refresh_token"), ("refresh_token", tokens.Text("refresh_token")!), ("client_id", client.ClientId)];
        await system.PostAsync(other, MtlsSystem.Token, refresh).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await system.PostAsync(certificate, MtlsSystem.Token, refresh).BodyAsync();
    }

    private Task<System.Text.Json.JsonElement> RefusedAsync(X509Certificate2 certificate, string client) => system.AskAsync(certificate, client).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
}
