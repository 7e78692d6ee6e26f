using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Tests.ClientApi;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.SignedResponses;

/// <summary>Answers of the authorization endpoint as a JWT (JWT Secured Authorization Response Mode for OAuth 2.0).</summary>
public sealed partial class SignedAuthorizationTests(RunningSystem system)
{
    private const string Hostile = "\"><script>alert(1)</script>&code=stolen \u00e9";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("jwt")]
    [InlineData("query.jwt")]
    [InlineData("fragment.jwt")]
    [InlineData("form_post.jwt")]
    public async Task A_person_who_signs_in_brings_back_one_signed_parameter_with_all_of_the_answer(string mode)
    {
        var name = $"jay-{mode}";
        await system.CreateUserAsync(name);
        using var visitor = await VisitorAsync();
        var page = await visitor.FollowAsync(await visitor.Http.GetAsync(visitor.AuthorizeUrl(("response_mode", mode), ("state", Hostile)), Cancellation));

        var answer = await visitor.SubmitAsync(page, new() { ["username"] = name, ["password"] = RunningSystem.Password });
        var jwt = await ResponseAsync(answer, mode);
        var claims = await system.VerifiedAsync(jwt, visitor.ClientId);

        Assert.Equal("RS256", Jwt.HeaderOf(jwt).Text("alg"));
        Assert.Equal(["aud", "code", "exp", "iss", "state"], claims.EnumerateObject().Select(claim => claim.Name).Order(StringComparer.Ordinal));
        Assert.Equal(Hostile, claims.Text("state"));
        Assert.InRange(claims.GetProperty("exp").GetInt64() - TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), 60, 600);
        Assert.NotNull((await visitor.RedeemAsync(claims.Text("code")!)).IdToken);
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    [InlineData("PS256")]
    public async Task It_is_signed_as_the_client_asked(string algorithm)
    {
        using var visitor = await VisitorAsync(algorithm);

        var jwt = await ResponseAsync(await visitor.Http.GetAsync(visitor.AuthorizeUrl(("response_mode", "jwt"), ("prompt", "none")), Cancellation), "jwt");

        Assert.Equal(algorithm, Jwt.HeaderOf(jwt).Text("alg"));
        Assert.Equal("login_required", (await system.VerifiedAsync(jwt, visitor.ClientId)).Text("error"));
    }

    [Theory]
    [InlineData("login_required", "prompt", "none")]
    [InlineData("invalid_request", "prompt", "none login")]
    [InlineData("invalid_request", "max_age", "soon")]
    [InlineData("invalid_request", "claims", "[]")]
    [InlineData("invalid_request", "code_challenge", "")]
    [InlineData("invalid_scope", "scope", "openid everything")]
    [InlineData("invalid_request_object", "request", "eyJhbGciOiJub25lIn0.e30.")]
    [InlineData("request_uri_not_supported", "request_uri", "https://shop.example.test/request.jwt")]
    [InlineData("unsupported_response_type", "response_type", "token")]
    public async Task Errors_travel_the_same_way(string error, string parameter, string value)
    {
        using var visitor = await VisitorAsync();

        foreach (var mode in new[] { "jwt", "form_post.jwt" })
        {
            using var answer = await visitor.Http.GetAsync(visitor.AuthorizeUrl(("response_mode", mode), (parameter, value)), Cancellation);
            var claims = await system.VerifiedAsync(await ResponseAsync(answer, mode), visitor.ClientId);

            Assert.Equal((error, "af0ifjsldkj"), (claims.Text("error"), claims.Text("state")));
            Assert.NotNull(claims.Text("error_description"));
            Assert.False(claims.TryGetProperty("code", out _));
            Assert.False(claims.TryGetProperty("error_uri", out _));
        }
    }

    [Fact]
    public async Task A_refusal_of_the_person_is_signed()
    {
        await system.CreateUserAsync("jay-denies");
        using var visitor = await system.VisitorOfAsync(new(ClientCalls.UniqueId("web"), ClientType.Web) { Scopes = ["openid"], RequireConsent = true });
        var page = await visitor.FollowAsync(await visitor.Http.GetAsync(visitor.AuthorizeUrl(("response_mode", "jwt")), Cancellation));
        var consent = await visitor.SubmitAsync(page, new() { ["username"] = "jay-denies", ["password"] = RunningSystem.Password });

        var answer = await visitor.SubmitAsync(consent, new() { ["decision"] = "deny" });

        Assert.Equal("access_denied", (await system.VerifiedAsync(await ResponseAsync(answer, "jwt"), visitor.ClientId)).Text("error"));
    }

    [Fact]
    public async Task A_pushed_request_may_ask_for_it_and_nothing_in_the_address_undoes_that()
    {
        await system.CreateUserAsync("jay-pushes");
        using var visitor = await VisitorAsync();
        var parameters = QueryHelpers.ParseQuery(visitor.AuthorizeUrl(("response_mode", "jwt")).Split('?')[1]).Select(pair => (pair.Key, pair.Value.ToString())).Where(pair => pair.Key != "client_id").ToArray();
        var pushed = await visitor.PostAsApplicationAsync("connect/par", parameters).BodyAsync(HttpStatusCode.Created);
        var url = QueryHelpers.AddQueryString("connect/authorize", new Dictionary<string, string?> { ["client_id"] = visitor.ClientId, ["request_uri"] = pushed.Text("request_uri"), ["response_mode"] = "query" });

        var page = await visitor.FollowAsync(await visitor.Http.GetAsync(url, Cancellation));
        var answer = await visitor.SubmitAsync(page, new() { ["username"] = "jay-pushes", ["password"] = RunningSystem.Password });

        var claims = await system.VerifiedAsync(await ResponseAsync(answer, "jwt"), visitor.ClientId);
        Assert.NotNull((await visitor.RedeemAsync(claims.Text("code")!)).IdToken);
    }

    [Fact]
    public async Task A_disabled_client_is_told_so()
    {
        using var manager = await system.ManagerAsync();
        var client = await manager.CreateWebAsync();
        using var visitor = system.VisitorOf(client);
        await manager.SendAsync("POST", $"{client.Path()}/disable").BodyAsync();

        using var answer = await visitor.Http.GetAsync(visitor.AuthorizeUrl(("response_mode", "jwt")), Cancellation);

        Assert.Equal("unauthorized_client", (await system.VerifiedAsync(await ResponseAsync(answer, "jwt"), visitor.ClientId)).Text("error"));
    }

    [Theory]
    [InlineData("response_mode", "web_message.jwt")]
    [InlineData("response_mode", "JWT")]
    [InlineData("redirect_uri", "https://evil.example.test/callback")]
    public async Task TOK_03_What_has_no_safe_way_back_is_shown_to_the_person(string parameter, string value)
    {
        using var visitor = await VisitorAsync();

        using var answer = await visitor.Http.GetAsync(visitor.AuthorizeUrl(("response_mode", "jwt"), (parameter, value)), Cancellation);

        Assert.Equal((HttpStatusCode.BadRequest, null), (answer.StatusCode, answer.Headers.Location));
        Assert.DoesNotContain("eyJ", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    private Task<WebVisitor> VisitorAsync(string? algorithm = null) => system.VisitorOfAsync(
        new(ClientCalls.UniqueId("web"), ClientType.Web) { Scopes = ["openid"], AuthorizationSignedResponseAlg = algorithm });

    // Nothing may travel beside it.
    private static async Task<string> ResponseAsync(HttpResponseMessage answer, string mode)
    {
        if (mode == "form_post.jwt")
        {
            var html = await answer.Content.ReadAsStringAsync(Cancellation);
            Assert.Contains($"action=\"{WebVisitor.RedirectUri}\"", html, StringComparison.Ordinal);
            var field = Assert.Single(Fields().Matches(html));
            Assert.Equal("response", field.Groups["name"].Value);
            return field.Groups["value"].Value;
        }

        var address = answer.Headers.Location!.OriginalString;
        var start = $"{WebVisitor.RedirectUri}{(mode == "fragment.jwt" ? '#' : '?')}response=";
        Assert.StartsWith(start, address, StringComparison.Ordinal);
        Assert.DoesNotContain('&', address);
        return address[start.Length..];
    }

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]*)" value="(?<value>[^"]*)">""")]
    private static partial Regex Fields();
}
