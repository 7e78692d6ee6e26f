using System.Buffers.Text;
using System.Net;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.Dpop;

/// <summary>Tokens bound to a key, where they are used: UserInfo and all four APIs (RFC 9449 section 7).</summary>
public sealed class ResourceTests(RunningSystem system)
{
    private const string Me = "api/v1/me";
    private const string Roles = "api/v1/roles";

    private delegate void Change(Dictionary<string, object?> header, Dictionary<string, object?> claims);

    // What the module dpop-negative-tests of the conformance suite sends, and more.
    private static readonly Dictionary<string, Change> Wrong = new()
    {
        ["no typ"] = (header, _) => header["typ"] = null,
        ["another typ"] = (header, _) => header["typ"] = "JWT",
        ["no alg"] = (header, _) => header["alg"] = null,
        ["alg none"] = (header, _) => header["alg"] = "none",
        ["a symmetric alg"] = (header, _) => header["alg"] = "HS256",
        ["another alg"] = (header, _) => header["alg"] = "ES384",
        ["no jwk"] = (header, _) => header["jwk"] = null,
        ["an empty jwk"] = (header, _) => header["jwk"] = new { },
        ["a private key"] = (header, _) => header["jwk"] = new Dictionary<string, object?>((IReadOnlyDictionary<string, object?>)header["jwk"]!) { ["d"] = "AAAA" },
        ["a point that is on no curve"] = (header, _) => header["jwk"] =
            new Dictionary<string, object?>((IReadOnlyDictionary<string, object?>)header["jwk"]!) { ["y"] = Base64Url.EncodeToString(new byte[32]) },
        ["an extension"] = (header, _) => header["crit"] = new[] { "b64" },
        ["no jti"] = (_, claims) => claims["jti"] = null,
        ["a long jti"] = (_, claims) => claims["jti"] = new string('j', 257),
        ["no htm"] = (_, claims) => claims["htm"] = null,
        ["another htm"] = (_, claims) => claims["htm"] = "POST",
        ["htm in lower case"] = (_, claims) => claims["htm"] = "get",
        ["no htu"] = (_, claims) => claims["htu"] = null,
        ["another path"] = (_, claims) => claims["htu"] += "x",
        ["another host"] = (_, claims) => claims["htu"] = ((string)claims["htu"]!).Replace("localhost", "localhost.evil.example", StringComparison.Ordinal),
        ["another scheme"] = (_, claims) => claims["htu"] = ((string)claims["htu"]!).Replace("http:", "https:", StringComparison.Ordinal),
        ["no iat"] = (_, claims) => claims["iat"] = null,
        ["iat an hour ago"] = (_, claims) => claims["iat"] = (long)claims["iat"]! - 3600,
        ["iat in an hour"] = (_, claims) => claims["iat"] = (long)claims["iat"]! + 3600,
        ["iat as text"] = (_, claims) => claims["iat"] = $"{claims["iat"]}",
        ["an end long ago"] = (_, claims) => claims["exp"] = (long)claims["iat"]! - 3600,
        ["a start in an hour"] = (_, claims) => claims["nbf"] = (long)claims["iat"]! + 3600,
        ["no ath"] = (_, claims) => claims["ath"] = null,
        ["another ath"] = (_, claims) => claims["ath"] = "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo",
    };

    private static readonly Dictionary<string, Change> Right = new()
    {
        ["as usual"] = (_, _) => { },
        ["the typ in capitals"] = (header, _) => header["typ"] = "DPOP+JWT",
        ["more in the header"] = (header, _) => header["kid"] = "mine",
        ["more claims"] = (_, claims) => claims["sub"] = "whoever",
        ["a query and a fragment"] = (_, claims) => claims["htu"] += "?page=1#top",
        ["the host in capitals"] = (_, claims) => claims["htu"] = ((string)claims["htu"]!).Replace("localhost", "LOCALHOST", StringComparison.Ordinal),
        ["iat 10 s ago"] = (_, claims) => claims["iat"] = (long)claims["iat"]! - 10,
        ["iat in 10 s"] = (_, claims) => claims["iat"] = (long)claims["iat"]! + 10,
        ["iat with a fraction"] = (_, claims) => claims["iat"] = (long)claims["iat"]! + 0.5,
        ["nbf and exp"] = (_, claims) => (claims["nbf"], claims["exp"]) = ((long)claims["iat"]! - 5, (long)claims["iat"]! + 300),
    };

    public static TheoryData<string> Wrongs => [.. Wrong.Keys];

    public static TheoryData<string> Rights => [.. Right.Keys];

    [Theory]
    [MemberData(nameof(Wrongs))]
    public async Task AUZ_02_A_proof_with_something_wrong_is_refused_at_UserInfo_and_at_an_API(string what)
    {
        using var key = DpopKey.Create();
        var (userInfo, me) = await TokensAsync(key);

        foreach (var (path, token) in new[] { (DpopCalls.UserInfo, userInfo), (Me, me) })
        {
            await RefusedAsync(path, token, "invalid_dpop_proof", Proof(key, path, token, Wrong[what]));
        }
    }

    [Theory]
    [MemberData(nameof(Rights))]
    public async Task A_proof_that_only_looks_different_is_taken_at_UserInfo_and_at_an_API(string what)
    {
        using var key = DpopKey.Create();
        var (userInfo, me) = await TokensAsync(key);

        foreach (var (path, token) in new[] { (DpopCalls.UserInfo, userInfo), (Me, me) })
        {
            using var answer = await system.GetAsync(path, "DPoP", token, Proof(key, path, token, Right[what]));
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path}: {answer.StatusCode} {answer.Headers.WwwAuthenticate}");
            Assert.Single(answer.Headers.GetValues("DPoP-Nonce"));
        }
    }

    [Theory]
    [InlineData(DpopCalls.UserInfo, "openid")]
    [InlineData(Me, "profile:self")]
    [InlineData(Roles, "roles:read")]
    [InlineData("api/v1/sessions", "sessions:read")]
    [InlineData("api/v1/audit-events", "audit:read")]
    public async Task AUZ_02_A_bound_token_is_good_once_for_each_proof_of_its_key_and_in_no_other_way(string path, string scope)
    {
        using var key = DpopKey.Create();
        using var other = DpopKey.Create();
        var (bound, bearer) = await PersonAsync(key, scope);
        var proof = Proof(key, path, bound);

        using var good = await system.GetAsync(path, "dpop", bound, proof);
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        await RefusedAsync(path, bound, "invalid_dpop_proof", proof);
        await RefusedAsync(path, bound, "invalid_dpop_proof", Proof(other, path, bound));
        await RefusedAsync(path, bound, "invalid_dpop_proof");
        await RefusedAsync(path, bound, "invalid_dpop_proof", Proof(key, path, bound), Proof(key, path, bound));
        await RefusedAsync(path, bound, "invalid_dpop_proof", "garbage");
        await RefusedAsync(path, bound, "use_dpop_nonce", Proof(key, path, bound, (_, claims) => claims["nonce"] = "made-up"));
        await RefusedAsync(path, bearer, "invalid_token", Proof(key, path, bearer));

        using var downgraded = await system.GetAsync(path, "Bearer", bound, Proof(key, path, bound));
        Assert.Equal(HttpStatusCode.Unauthorized, downgraded.StatusCode);
        Assert.Equal(["Bearer", "DPoP"], downgraded.Headers.WwwAuthenticate.Select(challenge => challenge.Scheme));
        using var unbound = await system.GetAsync(path, "Bearer", bearer);
        Assert.Equal(HttpStatusCode.OK, unbound.StatusCode);
    }

    [Theory]
    [InlineData(DpopCalls.UserInfo)]
    [InlineData(Me)]
    public async Task A_token_that_is_sent_twice_is_not_taken(string path)
    {
        using var key = DpopKey.Create();
        var (userInfo, me) = await TokensAsync(key);
        var token = path == Me ? me : userInfo;
        using var client = system.Anonymous();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Authorization", [$"DPoP {token}", $"DPoP {token}"]);
        request.Headers.TryAddWithoutValidation("DPoP", Proof(key, path, token));

        using var answer = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("RS256", 2048)]
    [InlineData("PS256", 1024)]
    public async Task A_key_that_is_too_weak_or_used_in_a_weak_way_is_refused(string algorithm, int bits)
    {
        using var key = DpopKey.Create();
        using var weak = DpopKey.CreateRsa(algorithm, bits);
        var (userInfo, me) = await TokensAsync(key);

        await RefusedAsync(DpopCalls.UserInfo, userInfo, "invalid_dpop_proof", Proof(weak, DpopCalls.UserInfo, userInfo));
        await RefusedAsync(Me, me, "invalid_dpop_proof", Proof(weak, Me, me));
        await system.PostWithAsync([system.ProofFor(weak, HttpMethod.Post, DpopCalls.Token, nonce: await system.NonceAsync())], DpopCalls.Token)
            .ErrorAsync(HttpStatusCode.BadRequest, "invalid_dpop_proof");
    }

    [Fact]
    public async Task A_signature_of_somebody_else_is_refused()
    {
        using var key = DpopKey.Create();
        using var thief = DpopKey.Create();
        var (userInfo, me) = await TokensAsync(key);

        foreach (var (path, token) in new[] { (DpopCalls.UserInfo, userInfo), (Me, me) })
        {
            await RefusedAsync(path, token, "invalid_dpop_proof", Proof(thief, path, token, (header, _) => header["jwk"] = key.Jwk));
        }
    }

    private async Task RefusedAsync(string path, string token, string error, params string[] proofs)
    {
        using var answer = await system.GetAsync(path, "DPoP", token, proofs);
        Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, $"{path}: {answer.StatusCode}");
        var challenge = Assert.Single(answer.Headers.WwwAuthenticate);
        Assert.Equal("DPoP", challenge.Scheme);
        Assert.StartsWith($"error=\"{error}\"", challenge.Parameter, StringComparison.Ordinal);
        Assert.Contains("algs=\"ES256 ES384 PS256\"", challenge.Parameter, StringComparison.Ordinal);
    }

    private string Proof(DpopKey key, string path, string token, Change? change = null) =>
        system.ProofFor(key, HttpMethod.Get, path, token, change: change is null ? null : new(change));

    private async Task<(string UserInfo, string Me)> TokensAsync(DpopKey key) =>
        ((await PersonAsync(key, "openid")).Bound, (await PersonAsync(key, "profile:self")).Bound);

    /// <summary>Two tokens of a person who may do everything: one that is bound to the key, and one that is not.</summary>
    private async Task<(string Bound, string Bearer)> PersonAsync(DpopKey key, string scope)
    {
        var name = $"rita-{Guid.CreateVersion7():n}";
        await system.CreateUserAsync(name, roles: "administrator");
        using var visitor = await system.VisitorAsync([.. scope == "openid" ? [] : new[] { scope }]);
        var proof = system.ProofFor(key, HttpMethod.Post, DpopCalls.Token, nonce: await system.NonceAsync());
        var bound = await system.RedeemAsync(visitor, await visitor.CodeAsync(name, RunningSystem.Password), proof).BodyAsync();
        return (bound.Text("access_token")!, (await visitor.RedeemAsync(await visitor.CodeAsync(name, RunningSystem.Password))).AccessToken);
    }
}
