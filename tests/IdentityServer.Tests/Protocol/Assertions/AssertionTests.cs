using System.Net;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.Assertions;

/// <summary>What an assertion has to be (CLI-01, RFC 7523 section 3, OpenID Connect Core 1.0 section 9, FAPI 2.0 Security Profile section 5.3.2.1).</summary>
public sealed class AssertionTests(RunningSystem system)
{
    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    [Theory]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("PS256")]
    [InlineData("RS256")]
    public async Task A_client_proves_itself_by_each_algorithm_that_is_published(string algorithm)
    {
        using var key = algorithm[1] == 'S' && algorithm[0] != 'E' ? DpopKey.CreateRsa(algorithm) : DpopKey.Create(algorithm);
        var client = await system.KeyServiceAsync(key);

        var answer = await system.AskWithAsync(system.AssertionOf(client, key)).BodyAsync();

        Assert.Equal(client, Jwt.ClaimsOf(answer.Text("access_token")!).Text("sub"));
        using var http = system.Anonymous();
        var document = await http.GetAsync(new Uri(".well-known/openid-configuration", UriKind.Relative)).BodyAsync();
        Assert.All(new[] { "token", "introspection", "revocation" }, endpoint =>
        {
            Assert.Contains("private_key_jwt", document.Strings($"{endpoint}_endpoint_auth_methods_supported"));
            Assert.Contains(algorithm, document.Strings($"{endpoint}_endpoint_auth_signing_alg_values_supported"));
        });
    }

    [Theory]
    [InlineData(null)]
    [InlineData("JWT")]
    [InlineData("jwt")]
    [InlineData("client-authentication+jwt")]
    public async Task The_typ_may_be_absent_or_say_what_it_is(string? type)
    {
        using var key = DpopKey.Create();

        await system.AskWithAsync(system.AssertionOf(await system.KeyServiceAsync(key), key, (header, _) => header["typ"] = type)).BodyAsync();
    }

    [Theory]
    [InlineData("at+jwt")]
    [InlineData("dpop+jwt")]
    [InlineData("logout+jwt")]
    [InlineData("")]
    public Task A_JWT_that_is_for_something_else_is_refused(string type) => RefusedAsync((header, _) => header["typ"] = type);

    [Fact]
    public async Task The_audience_may_be_the_issuer_the_token_endpoint_or_the_endpoint_that_is_asked_alone()
    {
        using var key = DpopKey.Create();
        var client = await system.KeyServiceAsync(key);
        var issuer = system.PublicUrl.AbsoluteUri;
        foreach (object audience in new object[] { issuer, issuer.TrimEnd('/'), issuer + "connect/token", new[] { issuer }, new[] { issuer + "connect/token" } })
        {
            await system.AskWithAsync(system.AssertionOf(client, key, (_, claims) => claims["aud"] = audience)).BodyAsync();
        }

        foreach (var audience in new object?[]
        {
            null, "", "https://other.example.test/", issuer + "connect", issuer + "connect/par", issuer + "connect/token/", issuer.ToUpperInvariant(), 7, new { },
            Array.Empty<string>(), new object[] { new[] { issuer } }, new[] { issuer, "https://other.example.test/" }, new[] { issuer, issuer + "connect/token" },
        })
        {
            await system.AskWithAsync(system.AssertionOf(client, key, (_, claims) => claims["aud"] = audience)).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        }
    }

    [Fact]
    public async Task A_strict_client_names_the_issuer_alone_by_its_exact_text()
    {
        using var key = DpopKey.Create();
        var client = await system.KeyServiceAsync(key, spec => spec with { StrictClientAssertions = true });
        var issuer = system.PublicUrl.AbsoluteUri;

        await system.AskWithAsync(system.AssertionOf(client, key)).BodyAsync();
        foreach (var audience in new object[] { issuer.TrimEnd('/'), issuer + "connect/token", new[] { issuer }, new[] { issuer, issuer + "connect/token" } })
        {
            await system.AskWithAsync(system.AssertionOf(client, key, (_, claims) => claims["aud"] = audience)).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        }
    }

    [Fact]
    public async Task A_strict_client_does_not_sign_with_RS256()
    {
        using var modern = DpopKey.CreateRsa("PS256");
        using var old = DpopKey.CreateRsa("RS256");
        var client = await system.KeyServiceAsync(modern, spec => spec with { StrictClientAssertions = true, Jwks = AssertionCalls.Set((AssertionCalls.Kid, modern), ("old", old)) });

        await system.AskWithAsync(system.AssertionOf(client, modern)).BodyAsync();
        await system.AskWithAsync(system.AssertionOf(client, old, (header, _) => header["kid"] = "old")).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
    }

    [Theory]
    [InlineData("nbf", 8)]
    [InlineData("nbf", -3600)]
    [InlineData("iat", 8)]
    [InlineData("iat", -290)]
    [InlineData("exp", 1)]
    [InlineData("exp", 300)]
    [InlineData("exp", 310)]
    public async Task Clocks_may_differ_a_little(string claim, int seconds)
    {
        using var key = DpopKey.Create();

        await system.AskWithAsync(system.AssertionOf(await system.KeyServiceAsync(key), key, (_, claims) => claims[claim] = Now + seconds)).BodyAsync();
    }

    [Theory]
    [InlineData("nbf", 60)]
    [InlineData("nbf", 3600)]
    [InlineData("iat", 60)]
    [InlineData("iat", -3600)]
    [InlineData("exp", -300)]
    [InlineData("exp", -60)]
    [InlineData("exp", 360)]
    [InlineData("exp", 86_400)]
    public Task CLI_01_An_assertion_that_is_early_late_or_too_long_is_refused(string claim, int seconds) => RefusedAsync((_, claims) => claims[claim] = Now + seconds);

    [Theory]
    [InlineData("iss")]
    [InlineData("sub")]
    [InlineData("aud")]
    [InlineData("exp")]
    [InlineData("jti")]
    public Task An_assertion_without_a_claim_it_needs_is_refused(string claim) => RefusedAsync((_, claims) => claims.Remove(claim));

    [Theory]
    [InlineData("iss", "somebody-else")]
    [InlineData("sub", "somebody-else")]
    [InlineData("jti", "")]
    [InlineData("exp", "soon")]
    public Task An_assertion_with_a_wrong_claim_is_refused(string claim, string value) => RefusedAsync((_, claims) => claims[claim] = value);

    [Fact]
    public Task A_jti_is_bounded() => RefusedAsync((_, claims) => claims["jti"] = new string('j', 257));

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("ES512")]
    [InlineData("EdDSA")]
    [InlineData("ES384")]
    [InlineData("PS256")]
    [InlineData(null)]
    public Task An_algorithm_that_is_not_published_or_not_of_the_key_is_refused(string? algorithm) => RefusedAsync((header, _) => header["alg"] = algorithm);

    [Fact]
    public Task An_extension_nobody_understands_is_refused() => RefusedAsync((header, _) => (header["crit"], header["b64"]) = (new[] { "b64" }, false));

    [Fact]
    public Task A_key_that_is_not_registered_is_refused_by_its_name() => RefusedAsync((header, _) => header["kid"] = "key-2");

    [Fact]
    public async Task A_key_of_somebody_else_is_refused_even_if_it_comes_along()
    {
        using var key = DpopKey.Create();
        using var other = DpopKey.Create();
        var client = await system.KeyServiceAsync(key);

        await system.AskWithAsync(system.AssertionOf(client, other)).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await system.AskWithAsync(system.AssertionOf(client, other, (header, _) => (header["jwk"], header["jku"]) = (other.Jwk, "https://attacker.example.test/"))).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
    }

    [Fact]
    public async Task A_key_without_a_name_is_found_and_an_assertion_without_one_tries_them_all()
    {
        using var one = DpopKey.Create();
        using var two = DpopKey.Create();
        var unnamed = await system.KeyServiceAsync(one, spec => spec with { Jwks = AssertionCalls.Set((null, one)) });
        var both = await system.KeyServiceAsync(one, spec => spec with { Jwks = AssertionCalls.Set(("one", one), ("two", two)) });

        await system.AskWithAsync(system.AssertionOf(unnamed, one)).BodyAsync();
        await system.AskWithAsync(system.AssertionOf(both, two, (header, _) => header.Remove("kid"))).BodyAsync();
        await system.AskWithAsync(system.AssertionOf(both, two, (header, _) => header["kid"] = "one")).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
    }

    private async Task RefusedAsync(Action<Dictionary<string, object?>, Dictionary<string, object?>> change)
    {
        using var key = DpopKey.Create();
        var client = await system.KeyServiceAsync(key);

        await system.AskWithAsync(system.AssertionOf(client, key, change)).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await system.AskWithAsync(system.AssertionOf(client, key)).BodyAsync();
    }
}
