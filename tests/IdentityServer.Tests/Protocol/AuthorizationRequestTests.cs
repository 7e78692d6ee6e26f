using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Tests.ClientApi;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol;

/// <summary>What an OpenID provider takes of an authorization request and answers to it (OpenID Connect Core 1.0 sections 3.1.2, 5.1 and 15.1), as the conformance suite asks it.</summary>
public sealed class AuthorizationRequestTests(RunningSystem system)
{
    private const string WithQuery = "http://localhost:9/callback?foo=bar";

    // What may be in an ID token, beside what was asked for by scope or by name.
    private static readonly string[] Known =
        ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp", "at_hash", "c_hash", "nbf", "jti", "sid", "s_hash", "txn"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("display", "page")]
    [InlineData("display", "popup")]
    [InlineData("ui_locales", "se")]
    [InlineData("claims_locales", "se")]
    [InlineData("login_hint", "buffy@example.test")]
    [InlineData("acr_values", "1 2")]
    [InlineData("extra", "foobar")]
    [InlineData("scope", "offline_access email profile openid")]
    public async Task What_only_wishes_something_is_no_error(string name, string value)
    {
        var (user, visitor) = await SomebodyAsync();
        using var _ = visitor;

        Assert.NotNull((await visitor.SignInAsync(user, RunningSystem.Password, (name, value))).IdToken);
    }

    [Fact]
    public async Task The_parameters_may_come_in_any_order()
    {
        var (user, visitor) = await SomebodyAsync();
        using var _ = visitor;
        var url = visitor.AuthorizeUrl().Split('?');

        var page = await visitor.FollowAsync(await visitor.Http.GetAsync($"{url[0]}?{string.Join('&', url[1].Split('&').Reverse())}", Cancellation));

        Assert.Contains("code", WebVisitor.QueryOf(await SubmitAsync(visitor, page, user)));
    }

    [Fact]
    public async Task A_request_may_be_posted()
    {
        var (user, visitor) = await SomebodyAsync();
        using var _ = visitor;
        using var form = new FormUrlEncodedContent(QueryHelpers.ParseQuery(visitor.AuthorizeUrl().Split('?')[1]).Select(pair => new KeyValuePair<string, string>(pair.Key, pair.Value.ToString())));

        var page = await visitor.FollowAsync(await visitor.Http.PostAsync(new Uri("connect/authorize", UriKind.Relative), form, Cancellation));

        Assert.Contains("code", WebVisitor.QueryOf(await SubmitAsync(visitor, page, user)));
    }

    [Fact]
    public async Task What_was_not_sent_does_not_come_back()
    {
        var (user, visitor) = await SomebodyAsync();
        using var _ = visitor;

        var page = await visitor.FollowAsync(await visitor.Http.GetAsync(visitor.AuthorizeUrl(("nonce", null!), ("state", null!)), Cancellation));
        var arrived = WebVisitor.QueryOf(await SubmitAsync(visitor, page, user));
        var tokens = await visitor.RedeemAsync(arrived["code"]!);

        Assert.Equal(["code", "iss"], arrived.Keys.Order(StringComparer.Ordinal));
        Assert.False(Jwt.ClaimsOf(tokens.IdToken!).TryGetProperty("nonce", out var _));
    }

    [Fact]
    public async Task A_state_comes_back_byte_for_byte_with_a_refusal_as_well()
    {
        using var visitor = await system.VisitorAsync();
        var state = string.Concat(Enumerable.Repeat("aZ09-._~ +/=&%?#", 8));

        var arrived = WebVisitor.QueryOf(await visitor.Http.GetAsync(visitor.AuthorizeUrl(("prompt", "none"), ("state", state)), Cancellation));

        Assert.Equal(("login_required", state), (arrived["error"], arrived["state"]));
        Assert.Equal(["error", "error_description", "iss", "state"], arrived.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("prompt", "none", false)]
    [InlineData("prompt", "none", true)]
    [InlineData("max_age", "10000", false)]
    public async Task Who_is_signed_in_comes_back_at_once_as_the_same_with_the_time_of_then(string name, string value, bool hints)
    {
        var (user, visitor) = await SomebodyAsync();
        using var _ = visitor;
        var first = await visitor.SignInAsync(user, RunningSystem.Password, ("max_age", "15000"));
        (string, string)[] request = hints ? [(name, value), ("id_token_hint", first.IdToken!)] : [(name, value)];

        using var answer = await visitor.Http.GetAsync(visitor.AuthorizeUrl(request), Cancellation);
        var second = await visitor.RedeemAsync(WebVisitor.QueryOf(answer)["code"]!);

        var (before, after) = (Jwt.ClaimsOf(first.IdToken!), Jwt.ClaimsOf(second.IdToken!));
        Assert.Equal(before.Text("sub"), after.Text("sub"));
        Assert.Equal(before.GetProperty("auth_time").GetInt64(), after.GetProperty("auth_time").GetInt64());
        Assert.InRange(after.GetProperty("auth_time").GetInt64(), TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 60, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
    }

    [Fact]
    public async Task An_ID_token_has_no_claim_nobody_asked_for_and_says_what_it_came_with()
    {
        var (user, visitor) = await SomebodyAsync();
        using var _ = visitor;
        using var http = system.Anonymous();
        var classes = (await http.GetAsync(new Uri(".well-known/openid-configuration", UriKind.Relative), Cancellation).BodyAsync()).Strings("acr_values_supported");

        var tokens = await visitor.SignInAsync(user, RunningSystem.Password, ("acr_values", string.Join(' ', classes)));

        var claims = Jwt.ClaimsOf(tokens.IdToken!);
        Assert.Empty(claims.EnumerateObject().Select(claim => claim.Name).Except(Known));
        Assert.Contains(claims.Text("acr"), classes);
        if (claims.TryGetProperty("at_hash", out var hash))
        {
            Assert.Equal(Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(tokens.AccessToken)).AsSpan(0, 16)), hash.GetString());
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("https://evil.example.test/callback")]
    [InlineData("http://localhost:9/callback?foo=baz")]
    [InlineData("http://localhost:9/other?foo=bar")]
    public async Task TOK_03_Where_it_is_not_known_where_to_go_the_person_sees_a_page(string? redirectUri)
    {
        using var visitor = await QueryClientAsync();

        using var answer = await visitor.Http.GetAsync(visitor.AuthorizeUrl(("redirect_uri", redirectUri!)), Cancellation);

        Assert.Equal((HttpStatusCode.BadRequest, null, "text/html"), (answer.StatusCode, answer.Headers.Location, answer.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task A_redirect_URI_with_a_query_keeps_it()
    {
        var (user, first) = await SomebodyAsync();
        first.Dispose();
        using var visitor = await QueryClientAsync();

        var page = await visitor.FollowAsync(await visitor.Http.GetAsync(visitor.AuthorizeUrl(("redirect_uri", WithQuery)), Cancellation));
        var answer = await SubmitAsync(visitor, page, user);

        Assert.StartsWith(WithQuery + "&", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal(["code", "foo", "iss", "state"], WebVisitor.QueryOf(answer).Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("https://shop.example.test/request.jwt#hash")]
    [InlineData("http://127.0.0.1:9/request.jwt")]
    [InlineData("urn:example:request")]
    public async Task OUT_01_Nothing_is_fetched_from_a_request_URI_and_the_client_is_told(string uri)
    {
        using var visitor = await system.VisitorAsync();

        var arrived = WebVisitor.QueryOf(await visitor.Http.GetAsync(visitor.AuthorizeUrl(("request_uri", uri)), Cancellation));

        Assert.Equal(("request_uri_not_supported", "af0ifjsldkj"), (arrived["error"], arrived["state"]));
    }

    [Fact]
    public async Task TOK_03_A_request_URI_leads_nobody_to_an_address_that_is_not_the_clients()
    {
        using var visitor = await system.VisitorAsync();

        using var answer = await visitor.Http.GetAsync(visitor.AuthorizeUrl(("request_uri", "https://shop.example.test/request.jwt"), ("redirect_uri", "https://evil.example.test/")), Cancellation);
        using var unknown = await visitor.Http.GetAsync(visitor.AuthorizeUrl(("request_uri", "urn:ietf:params:oauth:request_uri:never-pushed")), Cancellation);

        Assert.All([answer, unknown], page => Assert.Equal((HttpStatusCode.BadRequest, null, "text/html"), (page.StatusCode, page.Headers.Location, page.Content.Headers.ContentType?.MediaType)));
    }

    private async Task<(string User, WebVisitor Visitor)> SomebodyAsync()
    {
        var user = ClientCalls.UniqueId("olga");
        await system.CreateUserAsync(user);
        return (user, await system.VisitorAsync());
    }

    private async Task<WebVisitor> QueryClientAsync()
    {
        var spec = new ClientSpec(ClientCalls.UniqueId("query"), ClientType.Web) { RedirectUris = [WithQuery, "http://localhost:9/other"], Scopes = ["openid"] };
        return new(system.PublicUrl, spec.ClientId, (await system.RegisterAsync(spec))!, ["openid"]);
    }

    private static Task<HttpResponseMessage> SubmitAsync(WebVisitor visitor, HttpResponseMessage page, string user) =>
        visitor.SubmitAsync(page, new() { ["username"] = user, ["password"] = RunningSystem.Password });
}
