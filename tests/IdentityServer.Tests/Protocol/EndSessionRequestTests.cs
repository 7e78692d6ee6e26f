using System.Buffers.Text;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using UserDomain.IdentityServer.Tests.ClientApi;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol;

/// <summary>What the end session endpoint takes (SES-04, OpenID Connect RP-Initiated Logout 1.0 sections 2 to 4), as the conformance suite asks it.</summary>
public sealed class EndSessionRequestTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("af0ifjsldkj-128")]
    public async Task SES_04_A_person_comes_back_with_the_state_that_was_sent_and_nothing_else(string? state)
    {
        var (visitor, tokens) = await SignedInAsync();
        using var _ = visitor;
        var sent = state?.PadRight(128, 's');

        using var answer = await visitor.Http.GetAsync(LogoutUrl(("id_token_hint", tokens.IdToken), ("post_logout_redirect_uri", WebVisitor.PostLogoutRedirectUri), ("state", sent)), Cancellation);

        Assert.Equal(WebVisitor.PostLogoutRedirectUri + (sent is null ? "" : $"?state={sent}"), answer.Headers.Location!.OriginalString);
        Assert.Equal("login_required", await SilentAsync(visitor));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task SES_04_Without_an_address_a_person_is_signed_out_and_sees_so_here(bool hints, bool says)
    {
        var (visitor, tokens) = await SignedInAsync();
        using var _ = visitor;

        var page = await visitor.FollowAsync(await visitor.Http.GetAsync(LogoutUrl(("id_token_hint", hints ? tokens.IdToken : null), ("state", says ? "s1" : null)), Cancellation));
        Assert.Equal(hints, page.PathOf() == "/account/signed-out");
        page = hints ? page : await visitor.SubmitAsync(page, []);

        Assert.Equal((HttpStatusCode.OK, "/account/signed-out"), (page.StatusCode, page.PathOf()));
        Assert.Equal("login_required", await SilentAsync(visitor));
    }

    [Fact]
    public async Task SES_04_An_address_with_a_query_added_to_it_is_another_address()
    {
        var (visitor, tokens) = await SignedInAsync();
        using var _ = visitor;

        using var answer = await visitor.Http.GetAsync(LogoutUrl(("id_token_hint", tokens.IdToken), ("post_logout_redirect_uri", WebVisitor.PostLogoutRedirectUri + "?foo=bar")), Cancellation);

        Assert.Equal((HttpStatusCode.BadRequest, null, "text/html"), (answer.StatusCode, answer.Headers.Location, answer.Content.Headers.ContentType?.MediaType));
        Assert.Null(await SilentAsync(visitor));
    }

    [Theory]
    [InlineData("signed by somebody else")]
    [InlineData("signed by nobody")]
    [InlineData("changed")]
    public async Task SES_04_A_hint_that_is_not_ours_any_more_is_none(string what)
    {
        using var stranger = DpopKey.CreateRsa("RS256");
        var (visitor, tokens) = await SignedInAsync();
        using var _ = visitor;
        var (header, claims) = (Jwt.HeaderOf(tokens.IdToken!), Jwt.ClaimsOf(tokens.IdToken!).EnumerateObject().ToDictionary(claim => claim.Name, claim => (object?)claim.Value));
        var parts = tokens.IdToken!.Split('.');
        var hint = what switch
        {
            "signed by somebody else" => stranger.Sign(new() { ["alg"] = "RS256", ["kid"] = header.Text("kid"), ["typ"] = "JWT" }, claims),
            "signed by nobody" => $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes("""{"alg":"none","typ":"JWT"}"""))}.{parts[1]}.",
            _ => $"{parts[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Jwt.ClaimsOf(tokens.IdToken).Compact().Replace("\"nonce\"", "\"n0nce\"", StringComparison.Ordinal)))}.{parts[2]}",
        };

        var page = await visitor.FollowAsync(await visitor.Http.GetAsync(
            LogoutUrl(("id_token_hint", hint), ("client_id", visitor.ClientId), ("post_logout_redirect_uri", WebVisitor.PostLogoutRedirectUri)), Cancellation));

        Assert.Equal((null, "/account/sign-out"), (page.Headers.Location, page.PathOf()));
        Assert.Null(await SilentAsync(visitor));
    }

    private async Task<(WebVisitor Visitor, TokenAnswer Tokens)> SignedInAsync()
    {
        var user = ClientCalls.UniqueId("enya");
        await system.CreateUserAsync(user);
        var visitor = await system.VisitorAsync();
        return (visitor, await visitor.SignInAsync(user, RunningSystem.Password));
    }

    // What a client is told that asks whether somebody is signed in; null if they are.
    private static async Task<string?> SilentAsync(WebVisitor visitor) =>
        WebVisitor.QueryOf(await visitor.Http.GetAsync(visitor.AuthorizeUrl(("prompt", "none")), Cancellation)).GetValueOrDefault("error");

    private static string LogoutUrl(params (string Name, string? Value)[] parameters) =>
        QueryHelpers.AddQueryString("connect/logout", parameters.Where(pair => pair.Value is not null).ToDictionary(pair => pair.Name, pair => pair.Value));
}
