using System.Text.Json;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Tests.Protocol.Assertions;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Clients.Keys;

/// <summary>What the keys of a client, and how it proves who it is, must not be.</summary>
public sealed class ClientKeysRuleTests : IDisposable
{
    private static readonly ClientSpec Service = new("service", ClientType.Service) { Scopes = ["roles:read"] };

    private readonly DpopKey _curve = DpopKey.Create();
    private readonly DpopKey _other = DpopKey.Create("ES384");
    private readonly DpopKey _rsa = DpopKey.CreateRsa("RS256");

    [Fact]
    public void Public_keys_of_each_kind_may_be_and_an_address_of_keys_too()
    {
        ClientSpec[] clients =
        [
            Service with { Jwks = AssertionCalls.Set((null, _curve)) },
            Service with { Jwks = AssertionCalls.Set(("a", _curve), ("b", _other), ("c", _rsa)), StrictClientAssertions = true },
            Service with { Jwks = AssertionCalls.Set((null, _curve)), TokenEndpointAuthMethod = ClientAuthentication.PrivateKeyJwt },
            Service with { JwksUri = "https://client.example.test/jwks" },
            Service with { JwksUri = "http://localhost:8080/jwks" },
            Service with { TokenEndpointAuthMethod = ClientAuthentication.ClientSecretBasic, ClientSecret = new('s', 32) },
            Service with { TokenEndpointAuthMethod = ClientAuthentication.ClientSecretPost },
            Service with { Jwks = JsonSerializer.SerializeToElement(new { }) },
            Service with { Jwks = With(Written("oth", Array.Empty<string>())) },
            Service with { Jwks = With(Written("x5c", new[] { "MII" })) },
        ];

        Assert.All(clients, client => Assert.Empty(ClientSpecRule.ProblemsOf(client)));
    }

    [Fact]
    public void CLI_01_Each_fault_is_named_with_the_member_it_is_in()
    {
        using var weak = DpopKey.CreateRsa("RS256", 1024);
        var keys = AssertionCalls.Set(("a", _curve));
        (string Member, ClientSpec Client)[] faults =
        [
            ("jwks", Service with { TokenEndpointAuthMethod = ClientAuthentication.PrivateKeyJwt }),
            ("jwks", Service with { Jwks = JsonSerializer.SerializeToElement(new { keys = Array.Empty<int>() }) }),
            ("jwks", Service with { Jwks = JsonSerializer.SerializeToElement(new { keys = 7 }) }),
            ("jwks", Service with { Jwks = JsonSerializer.SerializeToElement("keys") }),
            ("jwks", Service with { Jwks = With([.. Enumerable.Range(0, 21).Select(index => Written("kid", $"{index}"))]) }),
            ("jwks", Service with { Jwks = With(Written("more", new string('m', 32 * 1024))) }),
            ("jwks", Service with { Jwks = keys, TokenEndpointAuthMethod = ClientAuthentication.ClientSecretBasic }),
            ("jwksUri", Service with { JwksUri = "https://client.example.test/jwks", TokenEndpointAuthMethod = ClientAuthentication.ClientSecretPost }),
            ("jwksUri", Service with { Jwks = keys, JwksUri = "https://client.example.test/jwks" }),
            ("jwksUri", Service with { JwksUri = "http://client.example.test/jwks" }),
            ("jwksUri", Service with { JwksUri = "https://user@client.example.test/jwks" }),
            ("jwksUri", Service with { JwksUri = "https://client.example.test/jwks#1" }),
            ("jwksUri", Service with { JwksUri = "file:///etc/passwd" }),
            ("jwksUri", Service with { JwksUri = "/jwks" }),
            ("jwksUri", Service with { JwksUri = "" }),
            ("clientSecret", Service with { Jwks = keys, ClientSecret = new('s', 32) }),
            ("tokenEndpointAuthMethod", Service with { TokenEndpointAuthMethod = ClientAuthentication.None }),
            ("tokenEndpointAuthMethod", Spa with { TokenEndpointAuthMethod = ClientAuthentication.PrivateKeyJwt, Jwks = keys }),
            ("jwks", Spa with { Jwks = keys }),
            ("strictClientAssertions", Service with { StrictClientAssertions = true }),
            ("jwks.keys[0]", Service with { Jwks = AssertionCalls.Set((null, weak)) }),
            ("jwks.keys[1]", Service with { Jwks = AssertionCalls.Set(("a", _curve), ("a", _other)) }),
            ("jwks.keys[1]", Service with { Jwks = AssertionCalls.Set(("a", _curve), (null, _other)) }),
            .. new[] { Written("use", "enc"), Written("alg", "ES512"), Written("alg", "RS256"), Written("crv", "P-521"), Written("x", "AAAA"), Written("kty", "oct"), Written("kid", ""), Written("kid", new string('k', 257)) }
                .Select(key => ("jwks.keys[0]", Service with { Jwks = With(key) })),
        ];

        Assert.All(faults, fault => Assert.Equal(fault.Member, Assert.Single(ClientSpecRule.ProblemsOf(fault.Client)).Member));
    }

    [Theory]
    [InlineData("d")]
    [InlineData("p")]
    [InlineData("q")]
    [InlineData("dp")]
    [InlineData("dq")]
    [InlineData("qi")]
    [InlineData("k")]
    public void CLI_01_A_private_key_is_refused_and_never_repeated(string member)
    {
        const string secret = "never-to-be-seen";

        var (place, problem) = Assert.Single(ClientSpecRule.ProblemsOf(Service with { Jwks = With(Written(member, secret)) }));

        Assert.Equal("jwks.keys[0]", place);
        Assert.Contains("public", problem, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, problem, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _curve.Dispose();
        _other.Dispose();
        _rsa.Dispose();
    }

    private static ClientSpec Spa => new("spa", ClientType.Spa) { RedirectUris = ["https://spa.example.test/callback"], Scopes = ["openid"] };

    private Dictionary<string, object?> Written(string name, object value) => new(_curve.Jwk) { [name] = value };

    private static JsonElement With(params Dictionary<string, object?>[] keys) => JsonSerializer.SerializeToElement(new { keys });
}
