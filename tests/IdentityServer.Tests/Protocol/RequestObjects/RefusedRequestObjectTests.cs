using System.Buffers.Text;
using System.Net;
using System.Text;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Tests.Protocol.Assertions;
using UserDomain.Testing;
using static UserDomain.IdentityServer.Tests.Protocol.RequestObjects.SigningClient;
using Change = System.Action<System.Collections.Generic.Dictionary<string, object?>, System.Collections.Generic.Dictionary<string, object?>>;

namespace UserDomain.IdentityServer.Tests.Protocol.RequestObjects;

/// <summary>Request objects that are not taken (RFC 9101 section 6), and who is told (section 7).</summary>
public sealed class RefusedRequestObjectTests(RunningSystem system)
{
    // By which a client is told what is wrong with a request object that cannot be believed.
    private static readonly (string, string)[] Beside = [("response_type", "code"), ("redirect_uri", WebVisitor.RedirectUri)];

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
        using var client = await SigningClient.CreateAsync(system);
        Assert.NotEmpty(fault);

        using var told = await client.AuthorizeAsync(client.Signed(change), Beside);
        AssertRefused(told, "invalid_request_object");
        await client.PushAsync(client.Signed(change)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request_object");
    }

    [Fact]
    public async Task What_is_not_signed_by_a_key_of_the_client_is_refused()
    {
        using var other = DpopKey.Create();
        using var client = await SigningClient.CreateAsync(system);
        var good = client.Signed().Split('.');
        var unsigned = $"{Part("""{"alg":"none"}""")}.{good[1]}.";
        foreach (var sent in new[] { client.Signed(key: other), unsigned, unsigned + good[2], $"{good[0]}.{good[1]}", "e30.e30.", "x", new string('x', 20_000), $"{good[0]}.{Part("""{"client_id":"a","client_id":"a"}""")}.{good[2]}" })
        {
            await client.PushAsync(sent).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request_object");
        }

        using var answer = await client.AuthorizeAsync(unsigned, Beside);
        AssertRefused(answer, "invalid_request_object");
    }

    [Fact]
    public async Task A_client_without_keys_has_no_request_objects()
    {
        using var client = await SigningClient.CreateAsync(system, spec => spec with { Jwks = null });

        using var answer = await client.AuthorizeAsync(client.Signed(), Beside);

        AssertRefused(answer, "invalid_request_object");
    }

    [Fact]
    public async Task TOK_03_Nobody_is_redirected_where_the_address_is_not_known_to_be_the_clients()
    {
        using var other = DpopKey.Create();
        using var client = await SigningClient.CreateAsync(system);

        using var nowhere = await client.AuthorizeAsync(client.Signed(key: other));
        using var elsewhere = await client.AuthorizeAsync(client.Signed(key: other), ("response_type", "code"), ("redirect_uri", "https://attacker.example.test/"));
        using var inside = await client.AuthorizeAsync(client.Signed((_, claims) => claims["redirect_uri"] = "https://attacker.example.test/"), Beside);

        Assert.All([nowhere, elsewhere, inside], answer => Assert.Equal((HttpStatusCode.BadRequest, null), (answer.StatusCode, answer.Headers.Location)));
    }

    [Fact]
    public async Task What_is_wrong_with_a_request_its_client_has_signed_is_told_where_it_says()
    {
        using var client = await SigningClient.CreateAsync(system);

        using var answer = await client.AuthorizeAsync(client.Signed((_, claims) => claims["exp"] = Now - 60));

        AssertRefused(answer, "invalid_request_object");
    }

    [Fact]
    public async Task A_request_object_beside_a_request_URI_is_refused()
    {
        using var client = await SigningClient.CreateAsync(system);
        var pushed = (await client.PushAsync(client.Signed()).BodyAsync(HttpStatusCode.Created)).Text("request_uri")!;

        using var both = await client.AuthorizeAsync(client.Signed(), ("request_uri", pushed));
        using var fetched = await client.AuthorizeAsync("", ("request_uri", "https://shop.example.test/request"));

        Assert.All([both, fetched], answer => Assert.Equal((HttpStatusCode.BadRequest, null), (answer.StatusCode, answer.Headers.Location)));
        await client.PushAsync(client.Signed(), ("request_uri", pushed)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task A_client_that_has_to_sign_its_requests_is_refused_without()
    {
        using var client = await SigningClient.CreateAsync(system, spec => spec with { RequireSignedRequestObject = true });
        await system.CreateUserAsync("jana-signs");

        using var unsigned = await client.Visitor.Http.GetAsync(client.Visitor.AuthorizeUrl());
        using var empty = await client.Visitor.Http.GetAsync(client.Visitor.AuthorizeUrl(("request", ""), ("request_uri", "")));
        AssertRefused(unsigned, "invalid_request");
        AssertRefused(empty, "invalid_request");
        await client.PushAsync("", client.Parameters).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
        var page = await client.Visitor.FollowAsync(await client.AuthorizeAsync(client.Signed()));
        Assert.NotNull(WebVisitor.QueryOf(await client.Visitor.SubmitAsync(page, new() { ["username"] = "jana-signs", ["password"] = RunningSystem.Password }))["code"]);
        var pushed = (await client.PushAsync(client.Signed()).BodyAsync(HttpStatusCode.Created)).Text("request_uri")!;
        Assert.NotNull(WebVisitor.QueryOf(await client.Visitor.FollowAsync(await client.AuthorizeAsync("", ("request_uri", pushed))))["code"]);
    }

    [Fact]
    public async Task A_client_of_FAPI_2_says_from_when_on_and_does_not_sign_with_RS256()
    {
        using var old = DpopKey.CreateRsa("RS256");
        var key = DpopKey.Create();
        using var client = await SigningClient.CreateAsync(system, spec => spec with { Fapi2 = true, SenderConstraint = SenderConstraint.Dpop, Jwks = AssertionCalls.Set((AssertionCalls.Kid, key), ("old", old)) }, key);

        await client.PushAsync(client.Signed((_, claims) => claims["nbf"] = Now)).BodyAsync(HttpStatusCode.Created);
        await client.PushAsync(client.Signed()).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request_object");
        await client.PushAsync(client.Signed((header, claims) => (claims["nbf"], header["kid"]) = (Now, "old"), old)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request_object");
        await client.PushAsync(client.Signed((_, claims) => (claims["nbf"], claims["redirect_uri"]) = (Now, null)), ("redirect_uri", WebVisitor.RedirectUri)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    private static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
