using System.Net;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.Testing;
using static UserDomain.IdentityServer.Tests.Protocol.FastPath.EitherWay;

namespace UserDomain.IdentityServer.Tests.Protocol.FastPath;

/// <summary>Authorization requests of people who are signed in: the fast path answers them as the pipeline does.</summary>
public sealed class FastPathAuthorizationTests(RunningSystem system)
{
    [Theory]
    [InlineData("openid offline_access users:read")]
    [InlineData("users:read")]
    public async Task A_person_who_is_signed_in_comes_back_with_the_same_code_either_way(string scopes)
    {
        var name = await system.UserAsync();
        using var visitor = await system.VisitorWithAsync(scopes.Split(' '));
        await visitor.CodeAsync(name, RunningSystem.Password);

        using var fast = await visitor.Http.GetAsync(new Uri(visitor.AuthorizeUrl(), UriKind.Relative));
        using var piped = await visitor.Http.GetAsync(new Uri(visitor.AuthorizeUrl(Unknown), UriKind.Relative));

        // The library says so in one more way that nobody may keep it.
        Assert.Equal((false, true), (fast.Content.Headers.Contains("Expires"), piped.Content.Headers.Contains("Expires")));
        Assert.Equal((HttpStatusCode.Found, piped.Headers.CacheControl), (fast.StatusCode, fast.Headers.CacheControl));
        var (one, other) = (WebVisitor.QueryOf(fast), WebVisitor.QueryOf(piped));
        Assert.Equal(other.Keys, one.Keys);
        Assert.Equal((other["state"], other["iss"]), (one["state"], one["iss"]));
        Assert.Equal(piped.Headers.Location!.GetLeftPart(UriPartial.Path), fast.Headers.Location!.GetLeftPart(UriPartial.Path));

        using var tokens = await RedeemAsync(visitor, one["code"]!, Unknown);
        using var same = await RedeemAsync(visitor, other["code"]!, Unknown);
        var (ofFast, ofPipeline) = (await system.StoredAsync(one["code"]!), await system.StoredAsync(other["code"]!));
        Assert.Equal((ofPipeline.Type, ofPipeline.Subject, ofPipeline.Status, ofPipeline.Properties), (ofFast.Type, ofFast.Subject, ofFast.Status, ofFast.Properties));
        Assert.Equal(TimeSpan.FromSeconds(60), ofFast.ExpirationDate - ofFast.CreationDate);
        AssertSame((await BodyOf(tokens)).Text("access_token")!, (await BodyOf(same)).Text("access_token")!, ["oi_au_id"]);
        if ((await BodyOf(same)).TryGetProperty("id_token", out var idToken))
        {
            AssertSame((await BodyOf(tokens)).Text("id_token")!, idToken.GetString()!, []);
        }

        Assert.Equal(await GrantAsync(same), await GrantAsync(tokens));
        using var third = await visitor.Http.GetAsync(new Uri(visitor.AuthorizeUrl(), UriKind.Relative));
        using var allFast = await RedeemAsync(visitor, WebVisitor.QueryOf(third)["code"]!);
        Assert.Equal(await GrantAsync(same), await GrantAsync(allFast));
        await AssertSameAsync(allFast, same, "oi_au_id");
    }

    [Theory]
    [InlineData("redirect_uri", "http://localhost:9/callback/elsewhere")]
    [InlineData("redirect_uri", "http://localhost:9/callback?more=1")]
    [InlineData("scope", "openid users:write")]
    [InlineData("code_challenge_method", "plain")]
    [InlineData("code_challenge", "")]
    [InlineData("response_type", "token")]
    [InlineData("client_id", "nobody")]
    [InlineData("prompt", "login")]
    [InlineData("prompt", "consent")]
    [InlineData("max_age", "0")]
    [InlineData("request", "e30.e30.")]
    public async Task An_application_of_a_person_who_is_signed_in_gets_no_code_for_what_it_may_not_ask_or_has_to_wait_for(string parameter, string value)
    {
        var name = await system.UserAsync();
        using var visitor = await system.VisitorWithAsync("openid", "users:read");
        await visitor.CodeAsync(name, RunningSystem.Password);

        using var answer = await visitor.Http.GetAsync(new Uri(visitor.AuthorizeUrl((parameter, value)), UriKind.Relative));

        Assert.DoesNotContain("code=", answer.Headers.Location?.OriginalString ?? "", StringComparison.Ordinal);
    }

    // What is written of a grant, as text: with the session it hangs on, and what the audit trail is told.
    private async Task<string> GrantAsync(HttpResponseMessage tokens)
    {
        var claims = Jwt.ClaimsOf((await BodyOf(tokens)).Text("access_token")!);
        var id = Guid.Parse(claims.Text("oi_au_id")!);
        var written = await system.InStoreAsync(async store =>
        {
            var grant = await store.Set<OpenIddictEntityFrameworkCoreAuthorization<Guid>>().SingleAsync(row => row.Id == id);
            var link = await store.SessionAuthorizations.SingleAsync(row => row.AuthorizationId == id);
            return $"{grant.Type} {grant.Status} {grant.Subject} {grant.Scopes} {grant.Properties} {link.SessionId} {link.ClientId}";
        });
        var told = await system.EventAsync(id, "grant.created");
        return $"{written} {told.GetProperty("actor").GetRawText()} {told.GetProperty("after").GetRawText()}";
    }
}
