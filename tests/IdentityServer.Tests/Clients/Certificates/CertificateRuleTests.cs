using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Clients.Certificates;
using UserDomain.IdentityServer.Tests.ClientApi;
using UserDomain.IdentityServer.Tests.Protocol;
using UserDomain.IdentityServer.Tests.Protocol.Assertions;
using UserDomain.IdentityServer.Tests.Protocol.Mtls;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Clients.Certificates;

/// <summary>By which certificates a client may be known, and how their names are written (RFC 8705 section 2, RFC 4514).</summary>
public sealed class CertificateRuleTests(RunningSystem system)
{
    private static readonly ClientSpec Service = new("service", ClientType.Service) { Scopes = ["roles:read"] };

    [Fact]
    public void A_name_of_each_kind_may_be_and_a_certificate_too()
    {
        using var certificate = TestAuthority.SelfSigned("CN=service");
        ClientSpec[] clients =
        [
            Service with { TlsClientAuthSubjectDn = "CN=service" },
            Service with { TlsClientAuthSubjectDn = "cn = service, O = Example", TokenEndpointAuthMethod = ClientAuthentication.TlsClientAuth, SenderConstraint = SenderConstraint.Mtls },
            Service with { TlsClientAuthSanDns = "service.example.test" },
            Service with { TlsClientAuthSanUri = "urn:example:service" },
            Service with { TlsClientAuthSanIp = "192.0.2.1" },
            Service with { TlsClientAuthSanIp = "2001:db8::1" },
            Service with { TlsClientAuthSanEmail = "service@example.test" },
            SelfSigned with { Jwks = MtlsSystem.Set(certificate) },
            SelfSigned with { JwksUri = "https://service.example.test/jwks" },
            Service with { SenderConstraint = SenderConstraint.Mtls },
        ];

        Assert.All(clients, client => Assert.Empty(ClientSpecRule.ProblemsOf(client)));
    }

    [Fact]
    public void Each_fault_is_named_with_the_member_it_is_in()
    {
        using var key = DpopKey.Create();
        using var certificate = TestAuthority.SelfSigned("CN=service");
        var named = Service with { TokenEndpointAuthMethod = ClientAuthentication.TlsClientAuth };
        (string Member, ClientSpec Client)[] faults =
        [
            ("tokenEndpointAuthMethod", named),
            ("clientSecret", named with { TlsClientAuthSubjectDn = "CN=service", ClientSecret = new('s', 32) }),
            ("tlsClientAuthSanDns", named with { TlsClientAuthSubjectDn = "CN=service", TlsClientAuthSanDns = "service.example.test" }),
            ("tlsClientAuthSubjectDn", Service with { TlsClientAuthSubjectDn = "CN=service", TokenEndpointAuthMethod = ClientAuthentication.ClientSecretBasic }),
            ("tlsClientAuthSubjectDn", Service with { TlsClientAuthSubjectDn = "CN=service", JwksUri = "https://service.example.test/jwks" }),
            ("tokenEndpointAuthMethod", Spa with { TlsClientAuthSubjectDn = "CN=spa", TokenEndpointAuthMethod = ClientAuthentication.TlsClientAuth }),
            ("strictClientAssertions", named with { TlsClientAuthSubjectDn = "CN=service", StrictClientAssertions = true }),
            ("jwks", SelfSigned),
            ("jwks", named with { TlsClientAuthSubjectDn = "CN=service", Jwks = MtlsSystem.Set(certificate) }),
            ("jwks.keys[0]", SelfSigned with { Jwks = AssertionCalls.Set((null, key)) }),
            .. new object[] { "MII", new[] { "MII" }, new[] { "!" }, Array.Empty<string>(), new[] { 7 }, new[] { Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(certificate.ExportCertificatePem())) } }
                .Select(chain => ("jwks.keys[0]", SelfSigned with { Jwks = With(key, chain) })),
            .. new[] { "", "service", "CN", "CN=", "=x", "CN=a,", "CN=a,,O=b", "CN=a+OU=b", "CN=#0c0161", "CN=\"a\"", "CN=a;O=b", "XX=a", @"CN=a\", @"CN=a\zz", "1.=x".PadLeft(1030, '1') }
                .Select(name => ("tlsClientAuthSubjectDn", named with { TlsClientAuthSubjectDn = name })),
            .. new[] { "", "*.example.test", "192.0.2.1", "a b", new('a', 254) }.Select(name => ("tlsClientAuthSanDns", named with { TlsClientAuthSanDns = name })),
            .. new[] { "", "/path", "https://example.test/a b", "https://example.test/" + new string('a', 1024) }.Select(name => ("tlsClientAuthSanUri", named with { TlsClientAuthSanUri = name })),
            .. new[] { "", "localhost", "192.0.2.1/24", "fe80::1%1" }.Select(name => ("tlsClientAuthSanIp", named with { TlsClientAuthSanIp = name })),
            .. new[] { "", "service", "@example.test", "service@", "ä@example.test" }.Select(name => ("tlsClientAuthSanEmail", named with { TlsClientAuthSanEmail = name })),
        ];

        Assert.All(faults, fault => Assert.Equal((fault.Member, fault.Client), (Assert.Single(ClientSpecRule.ProblemsOf(fault.Client)).Member, fault.Client)));
    }

    [Theory]
    [InlineData("CN=billing,O=Example\\, Inc.,C=DE", "CN=billing, O=\"Example, Inc.\", C=DE")]
    [InlineData(" cn = billing , 2.5.4.10 = Example\\2C Inc. ,C=DE", "CN=billing, O=\"Example, Inc.\", C=DE")]
    [InlineData("CN=M\\C3\\BCller\\ ,UID=\\#7", "CN=\"Müller \", OID.0.9.2342.19200300.100.1.1=#7")]
    [InlineData("CN=Müller \U0001F512", "CN=Müller \U0001F512")]
    [InlineData("emailAddress=a@example.test,DC=example,DC=test", "E=a@example.test, DC=example, DC=test")]
    [InlineData("CN=a\\=b\\\\c\\+d\\\"e", "CN=\"a=b\\c+d\"\"e\"")]
    public void A_name_is_the_subject_of_a_certificate_however_it_is_escaped(string text, string subject)
    {
        using var certificate = TestAuthority.SelfSigned(subject);

        Assert.Equal(SubjectName.Of(certificate.SubjectName), SubjectName.Read(text));
    }

    [Fact]
    public void A_subject_with_two_attributes_in_one_place_is_not_understood()
    {
        // CN=a and OU=b in one set.
        var subject = new X500DistinguishedName(Convert.FromHexString("3016311430080603550403" + "0C01613008060355040B0C0162"));

        Assert.Null(SubjectName.Of(subject));
    }

    [Theory]
    [InlineData("tokenEndpointAuthMethod", """{ "clientId": "x-1", "type": "service", "tlsClientAuthSubjectDn": "CN=x" }""")]
    [InlineData("tokenEndpointAuthMethod", """{ "clientId": "x-1", "type": "service", "tokenEndpointAuthMethod": "self_signed_tls_client_auth", "jwksUri": "https://service.example.test/jwks" }""")]
    [InlineData("senderConstraint", """{ "clientId": "x-1", "type": "service", "senderConstraint": "mtls" }""")]
    public async Task Where_no_certificates_are_asked_for_no_client_is_registered_with_one(string member, string body)
    {
        using var manager = await system.ManagerAsync();

        await manager.SendAsync("POST", "clients", JsonSerializer.Deserialize<JsonElement>(body)).RefusedAsync(member);
    }

    [Fact]
    public async Task TOK_10_A_client_that_is_registered_for_bound_tokens_gets_none_where_certificates_are_not_asked_for_any_more()
    {
        var client = Service with { ClientId = MtlsSystem.NewId(), SenderConstraint = SenderConstraint.Mtls };
        var secret = await system.RegisterAsync(client);

        await system.PostAsync(new ServiceClient(client.ClientId, secret!), "connect/token", ("grant_type", "client_credentials")).ErrorAsync(System.Net.HttpStatusCode.BadRequest, "invalid_request");
        using var document = system.Anonymous();
        var metadata = await document.GetAsync(new Uri(".well-known/openid-configuration", UriKind.Relative), TestContext.Current.CancellationToken).BodyAsync();
        Assert.False(metadata.TryGetProperty("mtls_endpoint_aliases", out _));
        Assert.False(metadata.TryGetProperty("tls_client_certificate_bound_access_tokens", out var bound) && bound.GetBoolean());
    }

    private static ClientSpec SelfSigned => Service with { TokenEndpointAuthMethod = ClientAuthentication.SelfSignedTlsClientAuth };

    private static ClientSpec Spa => new("spa", ClientType.Spa) { RedirectUris = ["https://spa.example.test/callback"], Scopes = ["openid"] };

    private static JsonElement With(DpopKey key, object chain) => JsonSerializer.SerializeToElement(new { keys = new[] { new Dictionary<string, object?>(key.Jwk) { ["x5c"] = chain } } });
}
