using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.IdentityServer.Clients;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol;

/// <summary>Requests that clients push beforehand (RFC 9126).</summary>
public sealed class PushedAuthorizationTests(RunningSystem system)
{
    private const string Endpoint = "connect/par";

    [Fact]
    public async Task TOK_10_A_pushed_request_lives_for_90_seconds_and_leads_to_tokens()
    {
        var user = await system.CreateUserAsync("pia-pushes");
        using var visitor = await system.VisitorAsync("users:read");

        using var answer = await visitor.Http.PostAsync(new Uri(Endpoint, UriKind.Relative), Form(visitor));
        var pushed = await Task.FromResult(answer).BodyAsync(HttpStatusCode.Created);
        Assert.InRange(pushed.GetProperty("expires_in").GetInt32(), 85, 90);
        Assert.StartsWith("urn:ietf:params:oauth:request_uri:", pushed.Text("request_uri"), StringComparison.Ordinal);
        Assert.True(answer.Headers.CacheControl?.NoStore, "TOK-09");

        var arrived = await SignInAsync(visitor, UrlOf(visitor, pushed.Text("request_uri")!), "pia-pushes");

        Assert.Equal("af0ifjsldkj", WebVisitor.QueryOf(arrived)["state"]);
        var tokens = await visitor.RedeemAsync(WebVisitor.QueryOf(arrived)["code"]!);
        Assert.Equal((user.ToString(), "n-0S6_WzA2Mj"), (Jwt.ClaimsOf(tokens.IdToken!).Text("sub"), Jwt.ClaimsOf(tokens.IdToken!).Text("nonce")));
        Assert.Equal(["urn:user-domain:users"], Jwt.ClaimsOf(tokens.AccessToken).Strings("aud"));
    }

    [Fact]
    public async Task TOK_10_A_request_may_be_looked_at_again_before_it_is_answered_and_not_after()
    {
        await system.CreateUserAsync("pia-once");
        using var visitor = await system.VisitorAsync();
        var url = UrlOf(visitor, await PushAsync(visitor));
        using var first = await visitor.Http.GetAsync(url);
        Assert.StartsWith("/account/sign-in", first.Headers.Location?.OriginalString, StringComparison.Ordinal);

        Assert.Contains("code", WebVisitor.QueryOf(await SignInAsync(visitor, url, "pia-once")).Keys);
        using var again = await visitor.Http.GetAsync(url);

        Assert.Equal((HttpStatusCode.BadRequest, null), (again.StatusCode, again.Headers.Location));
    }

    [Fact]
    public async Task TOK_10_Who_came_in_time_may_take_longer_to_sign_in_and_nobody_comes_later()
    {
        await system.CreateUserAsync("pia-slow");
        using var visitor = await system.VisitorAsync();
        var url = UrlOf(visitor, await PushAsync(visitor));
        var page = await visitor.FollowAsync(await visitor.Http.GetAsync(url));
        await system.InStoreAsync(store => store.Set<OpenIddictEntityFrameworkCoreToken<Guid>>()
            .Where(token => token.Application!.ClientId == visitor.ClientId)
            .ExecuteUpdateAsync(set => set.SetProperty(token => token.ExpirationDate, token => token.ExpirationDate!.Value.AddMinutes(-10))));

        using var late = await visitor.Http.GetAsync(url);
        var arrived = await visitor.SubmitAsync(page, new() { ["username"] = "pia-slow", ["password"] = RunningSystem.Password });

        Assert.Equal((HttpStatusCode.BadRequest, null), (late.StatusCode, late.Headers.Location));
        Assert.NotNull((await visitor.RedeemAsync(WebVisitor.QueryOf(arrived)["code"]!)).IdToken);
    }

    [Fact]
    public async Task Nothing_in_the_address_changes_what_was_pushed()
    {
        await system.CreateUserAsync("pia-tamper");
        using var visitor = await system.VisitorAsync("users:read");
        var url = UrlOf(visitor, await PushAsync(visitor)) + "&scope=openid&nonce=other&redirect_uri=https%3A%2F%2Fevil.example.test%2F";

        var arrived = await SignInAsync(visitor, url, "pia-tamper");

        Assert.StartsWith(WebVisitor.RedirectUri, arrived.Headers.Location?.OriginalString, StringComparison.Ordinal);
        var tokens = await visitor.RedeemAsync(WebVisitor.QueryOf(arrived)["code"]!);
        Assert.Equal("n-0S6_WzA2Mj", Jwt.ClaimsOf(tokens.IdToken!).Text("nonce"));
        Assert.Contains("users:read", Jwt.ClaimsOf(tokens.AccessToken).Text("scope"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CLI_03_A_person_is_asked_for_what_was_pushed()
    {
        await system.CreateUserAsync("pia-consent");
        using var visitor = await system.VisitorOfAsync(new("web-pushed-consent", ClientType.Web) { Scopes = ["openid", "users:read"], RequireConsent = true, RequirePar = true });

        var page = await SignInAsync(visitor, UrlOf(visitor, await PushAsync(visitor)), "pia-consent");
        Assert.Equal("/account/consent", page.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.Contains("See other users", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var arrived = await visitor.SubmitAsync(page, new() { ["decision"] = "allow" });

        Assert.NotNull((await visitor.RedeemAsync(WebVisitor.QueryOf(arrived)["code"]!)).IdToken);
    }

    [Fact]
    public async Task TOK_10_A_client_that_has_to_push_gets_nowhere_otherwise()
    {
        await system.CreateUserAsync("pia-must");
        using var visitor = await system.VisitorOfAsync(new("web-must-push", ClientType.Web) { Scopes = ["openid"], RequirePar = true });

        using var refused = await visitor.Http.GetAsync(visitor.AuthorizeUrl());
        Assert.Equal("invalid_request", WebVisitor.QueryOf(refused)["error"]);

        Assert.Contains("code", WebVisitor.QueryOf(await SignInAsync(visitor, UrlOf(visitor, await PushAsync(visitor)), "pia-must")).Keys);
    }

    [Fact]
    public async Task What_one_client_pushed_is_of_no_use_to_another()
    {
        using var visitor = await system.VisitorAsync();
        using var other = await system.VisitorAsync();

        using var answer = await visitor.Http.GetAsync(UrlOf(visitor, await PushAsync(other)));

        Assert.Equal((HttpStatusCode.BadRequest, null), (answer.StatusCode, answer.Headers.Location));
    }

    [Fact]
    public async Task Only_a_client_that_authenticates_may_push()
    {
        using var visitor = await system.VisitorAsync();

        await visitor.Http.PostAsync(new Uri(Endpoint, UriKind.Relative), Form(visitor, ("client_secret", "wrong-secret-wrong-secret-wrong-secret"))).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await visitor.Http.PostAsync(new Uri(Endpoint, UriKind.Relative), Form(visitor, ("client_secret", ""))).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
    }

    [Theory]
    [InlineData("code_challenge", "", "invalid_request")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("redirect_uri", "https://evil.example.test/", "invalid_request")]
    [InlineData("redirect_uri", "http://localhost:9/callback?=", "invalid_request")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("scope", "openid roles:write", "invalid_scope")]
    [InlineData("request_uri", "urn:ietf:params:oauth:request_uri:x", "invalid_request")]
    [InlineData("request", "e30.e30.", "invalid_request_object")]
    [InlineData("nonce", "*257", "invalid_request")]
    public async Task TOK_02_TOK_03_TOK_14_What_would_be_refused_later_is_refused_when_it_is_pushed(string name, string value, string error)
    {
        using var visitor = await system.VisitorAsync();

        await visitor.Http.PostAsync(new Uri(Endpoint, UriKind.Relative), Form(visitor, (name, value.StartsWith('*') ? new('n', 257) : value))).ErrorAsync(HttpStatusCode.BadRequest, error);
    }

    private static async Task<string> PushAsync(WebVisitor visitor) =>
        (await visitor.Http.PostAsync(new Uri(Endpoint, UriKind.Relative), Form(visitor)).BodyAsync(HttpStatusCode.Created)).Text("request_uri")!;

    private static string UrlOf(WebVisitor visitor, string requestUri) =>
        QueryHelpers.AddQueryString("connect/authorize", new Dictionary<string, string?> { ["client_id"] = visitor.ClientId, ["request_uri"] = requestUri });

    private static async Task<HttpResponseMessage> SignInAsync(WebVisitor visitor, string url, string userName) =>
        await visitor.SubmitAsync(await visitor.FollowAsync(await visitor.Http.GetAsync(url)), new() { ["username"] = userName, ["password"] = RunningSystem.Password });

    private static FormUrlEncodedContent Form(WebVisitor visitor, params (string Name, string Value)[] more)
    {
        var url = visitor.AuthorizeUrl([("client_secret", visitor.ClientSecret), .. more]);
        return new(QueryHelpers.ParseQuery(url[url.IndexOf('?', StringComparison.Ordinal)..]).Select(pair => new KeyValuePair<string, string>(pair.Key, pair.Value.ToString())));
    }
}
