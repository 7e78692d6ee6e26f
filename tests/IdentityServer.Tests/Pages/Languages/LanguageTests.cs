using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Tests.ClientApi;
using UserDomain.IdentityServer.Tests.Protocol;
using UserDomain.Testing;
using static UserDomain.IdentityServer.Tests.Pages.Languages.LanguageCalls;

namespace UserDomain.IdentityServer.Tests.Pages.Languages;

/// <summary>The language of the pages, asked for by an application (OpenID Connect Core 1.0 section 3.1.2.1) or by a browser.</summary>
public sealed class LanguageTests(RunningSystem system)
{
    [Theory]
    [InlineData("de", null, "de")]
    [InlineData("de-AT", null, "de")]
    [InlineData("se", null, "en")]
    [InlineData("se de", "en", "de")]
    [InlineData("en", "de", "en")]
    [InlineData("se", "de;q=0.5, fr;q=0.9, en;q=0.1", "de")]
    [InlineData("---  !! <b> de_DE", "en", "en")]
    public async Task An_application_is_followed_before_the_browser_and_what_is_no_language_is_no_error(string uiLocales, string? accepted, string spoken)
    {
        using var visitor = await system.AcceptingVisitorAsync(accepted);

        var page = await OpenAsync(visitor, ("ui_locales", uiLocales));

        Assert.Equal((HttpStatusCode.OK, "/account/sign-in"), (page.StatusCode, page.PathOf()));
        await AssertSpeaksAsync(spoken, page);
    }

    [Theory]
    [InlineData(null, "en")]
    [InlineData("de-CH,de;q=0.9,en;q=0.8", "de")]
    [InlineData("en;q=0.3, de;q=0.7", "de")]
    [InlineData("de;q=0, en;q=0.1", "en")]
    [InlineData("fr", "en")]
    [InlineData("*", "en")]
    [InlineData(";;q=,,de=", "en")]
    public async Task Without_a_wish_the_browser_is_followed(string? accepted, string spoken)
    {
        using var visitor = await system.AcceptingVisitorAsync(accepted);

        await AssertSpeaksAsync(spoken, await visitor.Http.GetAsync(Local("account/sign-in"), Cancellation));
        await AssertSpeaksAsync(spoken, await visitor.Http.GetAsync(Local("account/nothing"), Cancellation), HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Every_page_of_a_request_speaks_the_language_its_application_asked_for_and_only_those()
    {
        var user = await system.UserAsync();
        using var visitor = await system.VisitorOfAsync(new(ClientCalls.UniqueId("speaks"), ClientType.Web) { Scopes = ["openid"], RequireConsent = true });

        var page = await OpenAsync(visitor, ("ui_locales", "de"));
        var refused = await visitor.SubmitAsync(page, new() { ["username"] = user, ["password"] = "not the password" });
        await AssertSpeaksAsync("de", refused, HttpStatusCode.BadRequest);
        var consent = await visitor.SubmitAsync(page, new() { ["username"] = user, ["password"] = RunningSystem.Password });
        Assert.Equal("/account/consent", consent.PathOf());
        await AssertSpeaksAsync("de", consent);
        Assert.Contains("Wissen, wer Sie sind", await consent.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        await AssertSpeaksAsync("de", await OpenAsync(visitor, ("ui_locales", "de"), ("prompt", "select_account")));
        var form = await OpenAsync(visitor, ("ui_locales", "de"), ("prompt", "none"), ("response_mode", "form_post"));
        Assert.Contains("<html lang=\"de\">", await form.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);

        await AssertSpeaksAsync("en", await OpenAsync(visitor));
        await AssertSpeaksAsync("en", await visitor.Http.GetAsync(Local("account"), Cancellation));
    }

    [Fact]
    public async Task A_pushed_request_is_followed_and_nothing_beside_it()
    {
        using var visitor = await system.VisitorAsync();
        var parameters = QueryHelpers.ParseQuery(visitor.AuthorizeUrl(("ui_locales", "de")).Split('?')[1]).Select(pair => (pair.Key, pair.Value.ToString()));
        var pushed = (await visitor.PostAsApplicationAsync("connect/par", [.. parameters.Where(pair => pair.Key != "client_id")]).BodyAsync(HttpStatusCode.Created)).Text("request_uri")!;

        var page = await visitor.FollowAsync(await visitor.Http.GetAsync(Local(QueryHelpers.AddQueryString("connect/authorize",
            new Dictionary<string, string?> { ["client_id"] = visitor.ClientId, ["request_uri"] = pushed, ["ui_locales"] = "en" })), Cancellation));

        await AssertSpeaksAsync("de", page);
    }

    [Fact]
    public async Task An_error_that_the_person_sees_speaks_it_as_well_but_for_the_reason_which_is_English()
    {
        using var visitor = await system.VisitorAsync();
        var parameters = new (string, string)[] { ("redirect_uri", "https://evil.example.test/"), ("ui_locales", "de") };

        var page = await visitor.Http.GetAsync(Local(visitor.AuthorizeUrl(parameters)), Cancellation);
        using var form = new FormUrlEncodedContent(QueryHelpers.ParseQuery(visitor.AuthorizeUrl(parameters).Split('?')[1]).Select(pair => new KeyValuePair<string, string>(pair.Key, pair.Value.ToString())));
        var posted = await visitor.Http.PostAsync(Local("connect/authorize"), form, Cancellation);

        await AssertSpeaksAsync("de", page, HttpStatusCode.BadRequest);
        await AssertSpeaksAsync("de", posted, HttpStatusCode.BadRequest);
        Assert.All([page, posted], answer => Assert.True(answer.Headers.CacheControl!.NoStore));
        Assert.Contains("<dd lang=\"en\">", await page.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_was_left_open_too_long_says_so_in_the_language_it_had()
    {
        using var visitor = await system.VisitorAsync();
        var page = await OpenAsync(visitor, ("ui_locales", "de"));

        var answer = await visitor.PostFormAsync(page, new() { ["__RequestVerificationToken"] = "old", ["username"] = "somebody", ["password"] = "something" });

        await AssertSpeaksAsync("de", answer, HttpStatusCode.BadRequest);
        Assert.Contains("Die Seite war zu lange offen", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SES_04_Signing_out_speaks_the_language_the_application_asks_for_to_its_end()
    {
        var user = await system.UserAsync();
        using var visitor = await system.VisitorAsync();
        await visitor.SignInAsync(user, RunningSystem.Password);

        var asked = await visitor.FollowAsync(await visitor.Http.GetAsync(Local("connect/logout?ui_locales=de"), Cancellation));
        Assert.Equal("/account/sign-out", asked.PathOf());
        await AssertSpeaksAsync("de", asked);
        var signedOut = await visitor.SubmitAsync(asked, []);

        Assert.Equal("/account/signed-out", signedOut.PathOf());
        await AssertSpeaksAsync("de", signedOut);
    }

    [Fact]
    public async Task What_is_no_page_speaks_to_programs_as_before()
    {
        using var client = system.Anonymous();
        client.DefaultRequestHeaders.Add("Accept-Language", "de");

        using var answer = await client.GetAsync(Local(".well-known/openid-configuration"), Cancellation);

        Assert.False(answer.Content.Headers.Contains("Content-Language"));
    }
}
