using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Tests.Protocol.Assertions;
using UserDomain.Testing;
using Change = System.Action<System.Collections.Generic.Dictionary<string, object?>, System.Collections.Generic.Dictionary<string, object?>>;

namespace UserDomain.IdentityServer.Tests.Protocol.RequestObjects;

/// <summary>Authorization requests as signed JWTs, by value (RFC 9101).</summary>
public sealed class RequestObjectTests(RunningSystem system) : IDisposable
{
    // By which a client is told what is wrong with a request object that cannot be believed.
    private static readonly (string, string)[] Beside = [("response_type", "code"), ("redirect_uri", WebVisitor.RedirectUri)];

    private readonly DpopKey _key = DpopKey.Create();

    public void Dispose() => _key.Dispose();

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    [Theory]
    [InlineData("ES256")]
    [InlineData("PS256")]
    [InlineData("RS256")]
    public async Task A_signed_request_is_taken_by_each_algorithm_that_is_published(string algorithm)
    {
        using var key = algorithm == "ES256" ? DpopKey.Create() : DpopKey.CreateRsa(algorithm);
        using var visitor = await ClientAsync(key: key);
        var user = $"jana-{algorithm.ToLowerInvariant()}";
        await system.CreateUserAsync(user);

        var page = await visitor.FollowAsync(await AuthorizeAsync(visitor, Signed(visitor, key: key)));
        var arrived = WebVisitor.QueryOf(await visitor.SubmitAsync(page, new() { ["username"] = user, ["password"] = RunningSystem.Password }));

        Assert.Equal("af0ifjsldkj", arrived["state"]);
        Assert.NotNull(arrived["code"]);
        using var http = system.Anonymous();
        var document = await http.GetAsync(new Uri(".well-known/openid-configuration", UriKind.Relative)).BodyAsync();
        Assert.Contains(algorithm, document.Strings("request_object_signing_alg_values_supported"));
        Assert.True(document.GetProperty("request_parameter_supported").GetBoolean());
        Assert.False(document.GetProperty("request_uri_parameter_supported").GetBoolean());
        Assert.False(document.GetProperty("require_signed_request_object").GetBoolean());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("JWT")]
    [InlineData("oauth-authz-req+jwt")]
    public async Task The_typ_may_be_absent_or_say_what_it_is(string? type) => await TakenAsync((header, _) => header["typ"] = type);

    [Fact]
    public async Task The_server_may_be_one_of_several_a_request_is_for() =>
        await TakenAsync((_, claims) => claims["aud"] = new[] { system.PublicUrl.AbsoluteUri, "https://other.example.test/" });

    [Theory]
    [InlineData("nbf", 8)]
    [InlineData("nbf", -3500)]
    [InlineData("exp", 3600)]
    [InlineData("exp", -8)]
    public async Task Clocks_may_differ_a_little(string claim, int seconds) => await TakenAsync((_, claims) => claims[claim] = Now + seconds);

    [Fact]
    public async Task Numbers_and_objects_are_the_parameters_they_would_be_outside()
    {
        using var visitor = await ClientAsync();

        using var good = await AuthorizeAsync(visitor, Signed(visitor, (_, claims) => (claims["max_age"], claims["claims"]) = (300, new { userinfo = new { email = (object?)null } })));
        using var bad = await AuthorizeAsync(visitor, Signed(visitor, (_, claims) => claims["claims"] = new { userinfo = 7 }));

        AssertGoesOn(good);
        AssertRefused(bad, "invalid_request");
    }

    [Fact]
    public async Task Nothing_beside_the_request_object_counts()
    {
        using var visitor = await ClientAsync();

        using var answer = await AuthorizeAsync(visitor, Signed(visitor, (_, claims) => claims["prompt"] = "none"),
            ("prompt", "login"), ("state", "outside"), ("redirect_uri", "https://attacker.example.test/"), ("scope", "openid roles:write"));

        AssertRefused(answer, "login_required");
        Assert.Equal("af0ifjsldkj", WebVisitor.QueryOf(answer)["state"]);
    }

    [Fact]
    public async Task The_pages_speak_the_language_that_is_signed()
    {
        using var visitor = await ClientAsync();

        var page = await visitor.FollowAsync(await AuthorizeAsync(visitor, Signed(visitor, (_, claims) => claims["ui_locales"] = "de"), ("ui_locales", "en")));

        Assert.Equal(["de"], page.Content.Headers.ContentLanguage);
    }

    [Fact]
    public async Task A_parameter_that_is_outside_only_is_none()
    {
        using var visitor = await ClientAsync();

        using var answer = await AuthorizeAsync(visitor, Signed(visitor, (_, claims) => claims.Remove("code_challenge")), ("code_challenge", Challenge(visitor)));

        AssertRefused(answer, "invalid_request");
    }

    public static TheoryData<string, Change> Faults => new()
    {
        { "alg none", (header, _) => header["alg"] = "none" },
        { "another alg", (header, _) => header["alg"] = "HS256" },
        { "a published alg of another key", (header, _) => header["alg"] = "PS256" },
        { "a typ of something else", (header, _) => header["typ"] = "at+jwt" },
        { "an assertion's typ", (header, _) => header["typ"] = "client-authentication+jwt" },
        { "an extension", (header, _) => (header["crit"], header["b64"]) = (new[] { "b64" }, false) },
        { "another kid", (header, _) => header["kid"] = "key-2" },
        { "no client_id", (_, claims) => claims.Remove("client_id") },
        { "another client_id", (_, claims) => claims["client_id"] = "somebody-else" },
        { "no iss", (_, claims) => claims.Remove("iss") },
        { "another iss", (_, claims) => claims["iss"] = "somebody-else" },
        { "no aud", (_, claims) => claims.Remove("aud") },
        { "another aud", (_, claims) => claims["aud"] = "https://other.example.test/" },
        { "other auds", (_, claims) => claims["aud"] = new[] { "https://other.example.test/" } },
        { "a sub", (_, claims) => claims["sub"] = claims["iss"] },
        { "no exp", (_, claims) => claims.Remove("exp") },
        { "an exp that is a text", (_, claims) => claims["exp"] = "soon" },
        { "expired", (_, claims) => claims["exp"] = Now - 60 },
        { "too long", (_, claims) => claims["exp"] = Now + 3660 },
        { "not yet", (_, claims) => claims["nbf"] = Now + 60 },
        { "too old", (_, claims) => claims["nbf"] = Now - 3660 },
        { "an nbf that is a text", (_, claims) => claims["nbf"] = "now" },
        { "a request inside", (_, claims) => claims["request"] = "e30.e30.e30" },
        { "a request_uri inside", (_, claims) => claims["request_uri"] = "urn:ietf:params:oauth:request_uri:x" },
        { "a secret inside", (_, claims) => claims["client_secret"] = "secret" },
        { "an assertion inside", (_, claims) => claims["client_assertion"] = "e30.e30.e30" },
        { "a null character", (_, claims) => claims["scope"] = "openid \0" },
        { "a null", (_, claims) => claims["prompt"] = new object?[] { null } },
        { "a list of numbers", (_, claims) => claims["resource"] = new[] { 1 } },
    };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public async Task A_request_object_that_is_wrong_is_refused_at_both_endpoints(string fault, Change change)
    {
        using var visitor = await ClientAsync();
        Assert.NotEmpty(fault);

        using var told = await AuthorizeAsync(visitor, Signed(visitor, change), Beside);
        AssertRefused(told, "invalid_request_object");
        await PushAsync(visitor, Signed(visitor, change)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request_object");
    }

    [Fact]
    public async Task What_is_not_signed_by_a_key_of_the_client_is_refused()
    {
        using var other = DpopKey.Create();
        using var visitor = await ClientAsync();
        var good = Signed(visitor).Split('.');
        var unsigned = $"{Part("""{"alg":"none"}""")}.{good[1]}.";
        foreach (var sent in new[] { Signed(visitor, key: other), unsigned, unsigned + good[2], $"{good[0]}.{good[1]}", "e30.e30.", "x", new string('x', 20_000), $"{good[0]}.{Part("""{"client_id":"a","client_id":"a"}""")}.{good[2]}" })
        {
            await PushAsync(visitor, sent).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request_object");
        }

        using var answer = await AuthorizeAsync(visitor, unsigned, Beside);
        AssertRefused(answer, "invalid_request_object");
    }

    [Fact]
    public async Task A_client_without_keys_has_no_request_objects()
    {
        using var visitor = await system.VisitorAsync();

        using var answer = await AuthorizeAsync(visitor, Signed(visitor), Beside);

        AssertRefused(answer, "invalid_request_object");
    }

    [Fact]
    public async Task TOK_03_Nobody_is_redirected_where_the_address_is_not_known_to_be_the_clients()
    {
        using var other = DpopKey.Create();
        using var visitor = await ClientAsync();

        using var nowhere = await AuthorizeAsync(visitor, Signed(visitor, key: other));
        using var elsewhere = await AuthorizeAsync(visitor, Signed(visitor, key: other), ("response_type", "code"), ("redirect_uri", "https://attacker.example.test/"));
        using var inside = await AuthorizeAsync(visitor, Signed(visitor, (_, claims) => claims["redirect_uri"] = "https://attacker.example.test/"), Beside);

        Assert.All([nowhere, elsewhere, inside], answer => Assert.Equal((HttpStatusCode.BadRequest, null), (answer.StatusCode, answer.Headers.Location)));
    }

    [Fact]
    public async Task What_is_wrong_with_a_request_its_client_has_signed_is_told_where_it_says()
    {
        using var visitor = await ClientAsync();

        using var answer = await AuthorizeAsync(visitor, Signed(visitor, (_, claims) => claims["exp"] = Now - 60));

        AssertRefused(answer, "invalid_request_object");
    }

    [Fact]
    public async Task A_request_object_beside_a_request_URI_is_refused()
    {
        using var visitor = await ClientAsync();
        var pushed = (await PushAsync(visitor, Signed(visitor)).BodyAsync(HttpStatusCode.Created)).Text("request_uri")!;

        using var both = await AuthorizeAsync(visitor, Signed(visitor), ("request_uri", pushed));
        using var fetched = await AuthorizeAsync(visitor, "", ("request_uri", "https://shop.example.test/request"));

        Assert.All([both, fetched], answer => Assert.Equal((HttpStatusCode.BadRequest, null), (answer.StatusCode, answer.Headers.Location)));
        await PushAsync(visitor, Signed(visitor), ("request_uri", pushed)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task A_pushed_request_object_leads_to_a_code_and_does_not_prove_who_the_client_is()
    {
        using var visitor = await ClientAsync();
        await system.CreateUserAsync("jana-pushes");

        await system.PostAsync("connect/par", ("client_id", visitor.ClientId), ("request", Signed(visitor))).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        var pushed = (await PushAsync(visitor, Signed(visitor), ("scope", "openid roles:write")).BodyAsync(HttpStatusCode.Created)).Text("request_uri")!;
        var page = await visitor.FollowAsync(await AuthorizeAsync(visitor, "", ("request_uri", pushed)));
        var arrived = WebVisitor.QueryOf(await visitor.SubmitAsync(page, new() { ["username"] = "jana-pushes", ["password"] = RunningSystem.Password }));

        Assert.NotNull(arrived["code"]);
    }

    [Fact]
    public async Task A_client_that_has_to_sign_its_requests_is_refused_without()
    {
        using var visitor = await ClientAsync(spec => spec with { RequireSignedRequestObject = true });
        await system.CreateUserAsync("jana-signs");

        using var unsigned = await visitor.Http.GetAsync(visitor.AuthorizeUrl());
        using var empty = await visitor.Http.GetAsync(visitor.AuthorizeUrl(("request", ""), ("request_uri", "")));
        AssertRefused(unsigned, "invalid_request");
        AssertRefused(empty, "invalid_request");
        await PushAsync(visitor, "", Parameters(visitor)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
        var page = await visitor.FollowAsync(await AuthorizeAsync(visitor, Signed(visitor)));
        Assert.NotNull(WebVisitor.QueryOf(await visitor.SubmitAsync(page, new() { ["username"] = "jana-signs", ["password"] = RunningSystem.Password }))["code"]);
        var pushed = (await PushAsync(visitor, Signed(visitor)).BodyAsync(HttpStatusCode.Created)).Text("request_uri")!;
        Assert.NotNull(WebVisitor.QueryOf(await visitor.FollowAsync(await AuthorizeAsync(visitor, "", ("request_uri", pushed))))["code"]);
    }

    [Fact]
    public async Task A_client_of_FAPI_2_says_from_when_on_and_does_not_sign_with_RS256()
    {
        using var old = DpopKey.CreateRsa("RS256");
        using var visitor = await ClientAsync(spec => spec with { Fapi2 = true, SenderConstraint = SenderConstraint.Dpop, Jwks = AssertionCalls.Set((AssertionCalls.Kid, _key), ("old", old)) });

        await PushAsync(visitor, Signed(visitor, (_, claims) => claims["nbf"] = Now)).BodyAsync(HttpStatusCode.Created);
        await PushAsync(visitor, Signed(visitor)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request_object");
        await PushAsync(visitor, Signed(visitor, (header, claims) => (claims["nbf"], header["kid"]) = (Now, "old"), old)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request_object");
        await PushAsync(visitor, Signed(visitor, (_, claims) => (claims["nbf"], claims["redirect_uri"]) = (Now, null)), ("redirect_uri", WebVisitor.RedirectUri)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    private async Task<WebVisitor> ClientAsync(Func<ClientSpec, ClientSpec>? change = null, DpopKey? key = null)
    {
        var spec = new ClientSpec($"signs-{RandomNumberGenerator.GetHexString(12, lowercase: true)}", ClientType.Web)
        {
            RedirectUris = [WebVisitor.RedirectUri],
            Scopes = ["openid"],
            Jwks = AssertionCalls.Set((AssertionCalls.Kid, key ?? _key)),
        };
        await system.RegisterAsync(change?.Invoke(spec) ?? spec);
        return new(system.PublicUrl, spec.ClientId, "", ["openid"]);
    }

    private string Signed(WebVisitor visitor, Change? change = null, DpopKey? key = null)
    {
        var signer = key ?? _key;
        var header = new Dictionary<string, object?> { ["alg"] = signer.Algorithm, ["kid"] = AssertionCalls.Kid };
        var claims = Parameters(visitor).ToDictionary(pair => pair.Name, pair => (object?)pair.Value);
        (claims["iss"], claims["aud"], claims["exp"]) = (visitor.ClientId, system.PublicUrl.AbsoluteUri, Now + 60);
        change?.Invoke(header, claims);
        return signer.Sign(header, claims);
    }

    private static (string Name, string Value)[] Parameters(WebVisitor visitor)
    {
        var url = visitor.AuthorizeUrl();
        return [.. QueryHelpers.ParseQuery(url[url.IndexOf('?', StringComparison.Ordinal)..]).Select(pair => (pair.Key, pair.Value.ToString()))];
    }

    private async Task TakenAsync(Change change)
    {
        using var visitor = await ClientAsync();

        using var answer = await AuthorizeAsync(visitor, Signed(visitor, change));

        AssertGoesOn(answer);
    }

    private static Task<HttpResponseMessage> AuthorizeAsync(WebVisitor visitor, string request, params (string Name, string Value)[] more) => visitor.Http.GetAsync(QueryHelpers.AddQueryString("connect/authorize",
        new Dictionary<string, string?>(more.Select(pair => new KeyValuePair<string, string?>(pair.Name, pair.Value))) { ["client_id"] = visitor.ClientId, ["request"] = request.Length == 0 ? null : request }));

    private Task<HttpResponseMessage> PushAsync(WebVisitor visitor, string request, params (string Name, string Value)[] more) => system.PostAsync("connect/par",
        [.. more.Where(pair => pair.Name != "client_id"), ("client_id", visitor.ClientId), ("request", request), .. AssertionCalls.Form(system.AssertionOf(visitor.ClientId, _key))]);

    private static string Challenge(WebVisitor visitor) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(visitor.Verifier)));

    private static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private static void AssertGoesOn(HttpResponseMessage answer) => Assert.StartsWith("/account/sign-in", answer.Headers.Location?.OriginalString, StringComparison.Ordinal);

    private static void AssertRefused(HttpResponseMessage answer, string error)
    {
        Assert.StartsWith(WebVisitor.RedirectUri, answer.Headers.Location?.OriginalString, StringComparison.Ordinal);
        Assert.Equal(error, WebVisitor.QueryOf(answer)["error"]);
    }
}
