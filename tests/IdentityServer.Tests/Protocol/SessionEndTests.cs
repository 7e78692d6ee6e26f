using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol;

/// <summary>RP-initiated logout (SES-04) and what a closed session takes with it.</summary>
public sealed class SessionEndTests(RunningSystem system)
{
    [Fact]
    public async Task SES_04_With_a_hint_of_the_signed_in_session_the_application_signs_the_person_out_and_gets_them_back()
    {
        using var visitor = await SignedInAsync("eva-hint");
        var tokens = await visitor.SignInAsync("eva-hint", RunningSystem.Password);

        var answer = await visitor.Http.GetAsync(LogoutUrl(("id_token_hint", tokens.IdToken!), ("post_logout_redirect_uri", WebVisitor.PostLogoutRedirectUri), ("state", "s1")));

        Assert.Equal($"{WebVisitor.PostLogoutRedirectUri}?state=s1", answer.Headers.Location!.OriginalString);
        Assert.False(await IsSignedInAsync(visitor));
        using var refresh = await visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!));
        Assert.Contains("invalid_grant", await refresh.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("garbage")]
    [InlineData("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiJ4In0.")]
    public async Task SES_04_Without_a_valid_hint_the_person_is_asked_and_stays_signed_in_until_they_answer(string? hint)
    {
        var name = $"eva-asked-{hint?.Length}";
        using var visitor = await SignedInAsync(name);
        await visitor.SignInAsync(name, RunningSystem.Password);
        (string, string)[] parameters = [("client_id", visitor.ClientId), ("post_logout_redirect_uri", WebVisitor.PostLogoutRedirectUri)];

        var page = await visitor.FollowAsync(await visitor.Http.GetAsync(LogoutUrl(hint is null ? parameters : [.. parameters, ("id_token_hint", hint)])));

        Assert.NotEqual("localhost:9", page.Headers.Location?.Authority);
        Assert.True(await IsSignedInAsync(visitor));
    }

    [Fact]
    public async Task SES_04_A_person_who_confirms_is_signed_out()
    {
        using var visitor = await SignedInAsync("eva-confirms");
        await visitor.SignInAsync("eva-confirms", RunningSystem.Password);
        var page = await visitor.FollowAsync(await visitor.Http.GetAsync(LogoutUrl(("client_id", visitor.ClientId))));

        await visitor.SubmitAsync(page, []);

        Assert.False(await IsSignedInAsync(visitor));
    }

    [Fact]
    public async Task SES_04_A_post_logout_redirect_URI_that_is_not_registered_leads_nowhere()
    {
        using var visitor = await SignedInAsync("eva-uri");
        var tokens = await visitor.SignInAsync("eva-uri", RunningSystem.Password);

        var answer = await visitor.Http.GetAsync(LogoutUrl(("id_token_hint", tokens.IdToken!), ("post_logout_redirect_uri", "https://evil.example/")));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Null(answer.Headers.Location);
    }

    [Fact]
    public async Task SES_01_The_cookie_is_opaque_new_at_each_sign_in_and_out_of_reach_of_scripts()
    {
        await system.CreateUserAsync("eva-cookie");
        using var visitor = await system.VisitorAsync();
        using var first = await PostAsync(visitor);
        using var second = await PostAsync(visitor);

        Assert.Contains("httponly", first.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("user-domain.session", StringComparison.Ordinal)), StringComparison.OrdinalIgnoreCase);
        Assert.NotEqual(first.Headers.GetValues("Set-Cookie").Single(IsSession), second.Headers.GetValues("Set-Cookie").Single(IsSession));

        static bool IsSession(string cookie) => cookie.StartsWith("user-domain.session", StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> PostAsync(WebVisitor visitor)
    {
        var page = await visitor.FollowAsync(await visitor.Http.GetAsync(visitor.AuthorizeUrl(("prompt", "login"))));
        return await visitor.PostFormAsync(page, new() { ["username"] = "eva-cookie", ["password"] = RunningSystem.Password });
    }

    private async Task<WebVisitor> SignedInAsync(string userName)
    {
        await system.CreateUserAsync(userName);
        return await system.VisitorAsync("offline_access");
    }

    private static async Task<bool> IsSignedInAsync(WebVisitor visitor)
    {
        var answer = await visitor.Http.GetAsync(visitor.AuthorizeUrl(("prompt", "none")));
        return WebVisitor.QueryOf(answer).ContainsKey("code");
    }

    private static string LogoutUrl(params (string Name, string Value)[] parameters) =>
        QueryHelpers.AddQueryString("connect/logout", parameters.ToDictionary(pair => pair.Name, pair => (string?)pair.Value));
}
