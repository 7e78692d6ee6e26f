using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Tests.ClientApi;
using UserDomain.IdentityServer.Tests.Protocol;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Pages.Languages;

/// <summary>The language of the pages, asked for by an application (OpenID Connect Core 1.0 section 3.1.2.1), by a browser or by a person.</summary>
public sealed partial class LanguageTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

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
        using var visitor = await VisitorAsync(accepted);

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
        using var visitor = await VisitorAsync(accepted);

        await AssertSpeaksAsync(spoken, await visitor.Http.GetAsync(Local("account/sign-in"), Cancellation));
        await AssertSpeaksAsync(spoken, await visitor.Http.GetAsync(Local("account/nothing"), Cancellation), HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Every_page_of_a_request_speaks_the_language_its_application_asked_for_and_only_those()
    {
        var user = await UserAsync();
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
        var user = await UserAsync();
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
    public async Task WEB_02_What_a_person_chooses_is_kept_for_a_year_out_of_reach_of_scripts_and_is_stronger_than_every_wish()
    {
        using var visitor = await VisitorAsync("en");
        var page = await OpenAsync(visitor, ("ui_locales", "en"));

        using var chosen = await ChooseAsync(visitor, page, "de");

        Assert.Equal(HttpStatusCode.SeeOther, chosen.StatusCode);
        var cookie = Assert.Single(chosen.Headers.GetValues("Set-Cookie"), set => set.Contains("language=", StringComparison.Ordinal));
        Assert.Equal("user-domain.language=de; max-age=31536000; path=/; samesite=lax; httponly", cookie);
        var again = await visitor.FollowAsync(chosen);
        Assert.Equal(page.RequestMessage!.RequestUri, again.RequestMessage!.RequestUri);
        await AssertSpeaksAsync("de", again);
        await AssertSpeaksAsync("de", await OpenAsync(visitor, ("ui_locales", "en")));
    }

    [Fact]
    public async Task After_a_form_was_refused_a_choice_leads_to_the_page_with_the_same_request()
    {
        var user = await UserAsync();
        using var visitor = await system.VisitorAsync();
        var refused = await visitor.SubmitAsync(await OpenAsync(visitor), new() { ["username"] = user, ["password"] = "not the password" });
        Assert.Equal(HttpMethod.Post, refused.RequestMessage!.Method);

        var again = await visitor.FollowAsync(await ChooseAsync(visitor, refused, "de"));

        Assert.Equal("/account/sign-in", again.PathOf());
        await AssertSpeaksAsync("de", again);
        Assert.Contains("code", WebVisitor.QueryOf(await visitor.SubmitAsync(again, new() { ["username"] = user, ["password"] = RunningSystem.Password })));
    }

    [Fact]
    public async Task A_password_link_still_works_after_a_choice()
    {
        using var administrator = await system.ClientWithAsync(["users:write"]);
        var id = await system.CreateUserAsync();
        var link = (await administrator.PostAsync(Local($"api/v1/users/{id}/password-reset"), null, Cancellation).BodyAsync()).Text("url")!;
        using var visitor = await system.VisitorAsync();
        var page = await visitor.Http.GetAsync(new Uri(link), Cancellation);
        var refused = await visitor.PostFormAsync(page, new() { ["password"] = "a", ["passwordConfirmation"] = "b" });

        var again = await visitor.FollowAsync(await ChooseAsync(visitor, refused, "de"));

        await AssertSpeaksAsync("de", again);
        Assert.Contains("Legen Sie Ihr Passwort fest", await again.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("account/nothing", "/account/nothing")]
    [InlineData("elsewhere", "/error")]
    [InlineData("connect/authorize?client_id=nothing&response_type=code", "/connect/authorize")]
    [InlineData("account/sign-in?returnUrl=https%3A%2F%2Fevil.example.test", "/account/sign-in")]
    public async Task A_choice_on_any_page_leads_to_that_page(string path, string back)
    {
        using var visitor = await VisitorAsync("en");
        using var request = new HttpRequestMessage(HttpMethod.Get, Local(path)) { Headers = { { "Accept", "text/html" } } };
        var page = await visitor.Http.SendAsync(request, Cancellation);

        using var chosen = await ChooseAsync(visitor, page, "de");

        Assert.Equal(back, chosen.Headers.Location!.OriginalString.Split('?')[0]);
    }

    [Theory]
    [InlineData("https://evil.example.test/")]
    [InlineData("//evil.example.test/account")]
    [InlineData("/\\evil.example.test")]
    [InlineData("/connect/token")]
    [InlineData("/admin")]
    [InlineData("")]
    public async Task WEB_02_A_choice_leads_nowhere_but_to_pages(string back)
    {
        using var visitor = await system.VisitorAsync();

        using var chosen = await ChooseAsync(visitor, await OpenAsync(visitor), "de", ("back", back));

        Assert.Equal((HttpStatusCode.SeeOther, "/account"), (chosen.StatusCode, chosen.Headers.Location!.OriginalString));
    }

    [Theory]
    [InlineData("fr")]
    [InlineData("")]
    [InlineData("de; Domain=example.test")]
    public async Task A_language_the_pages_do_not_speak_cannot_be_chosen(string language)
    {
        using var visitor = await system.VisitorAsync();

        using var answer = await ChooseAsync(visitor, await OpenAsync(visitor), language);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.False(answer.Headers.TryGetValues("Set-Cookie", out var cookies) && cookies.Any(cookie => cookie.Contains("language", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Sec-Fetch-Site", "none")]
    [InlineData("Origin", "https://evil.example.test")]
    public async Task WEB_02_Another_site_chooses_no_language(string header, string value)
    {
        using var visitor = await system.VisitorAsync();
        var page = await OpenAsync(visitor);
        visitor.Http.DefaultRequestHeaders.Add(header, value);

        using var answer = await ChooseAsync(visitor, page, "de");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("fr")]
    [InlineData("%0d%0aX: y")]
    [InlineData("<script>")]
    public async Task A_cookie_that_names_no_language_is_none(string value)
    {
        using var client = system.Anonymous();
        client.DefaultRequestHeaders.Add("Cookie", $"user-domain.language={value}");
        client.DefaultRequestHeaders.Add("Accept-Language", "de");

        await AssertSpeaksAsync("de", await client.GetAsync(Local("account/sign-in"), Cancellation));
    }

    [Fact]
    public async Task What_is_no_page_speaks_to_programs_as_before()
    {
        using var client = system.Anonymous();
        client.DefaultRequestHeaders.Add("Accept-Language", "de");

        using var answer = await client.GetAsync(Local(".well-known/openid-configuration"), Cancellation);

        Assert.False(answer.Content.Headers.Contains("Content-Language"));
    }

    private async Task<WebVisitor> VisitorAsync(string? accepted)
    {
        var visitor = await system.VisitorAsync();
        if (accepted is not null)
        {
            visitor.Http.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Language", accepted);
        }

        return visitor;
    }

    private async Task<string> UserAsync()
    {
        var name = ClientCalls.UniqueId("lena");
        await system.CreateUserAsync(name);
        return name;
    }

    private static async Task<HttpResponseMessage> OpenAsync(WebVisitor visitor, params (string Name, string Value)[] more) =>
        await visitor.FollowAsync(await visitor.Http.GetAsync(Local(visitor.AuthorizeUrl(more)), Cancellation));

    // As the link of the menu does.
    private static async Task<HttpResponseMessage> ChooseAsync(WebVisitor visitor, HttpResponseMessage page, string language, params (string Name, string Value)[] more)
    {
        var menu = Menu().Match(await page.Content.ReadAsStringAsync(Cancellation)).Value;
        var link = WebUtility.HtmlDecode(Link().Match(menu).Groups["url"].Value);
        var parameters = QueryHelpers.ParseQuery(link[link.IndexOf('?', StringComparison.Ordinal)..]).ToDictionary(pair => pair.Key, pair => (string?)pair.Value.Single());
        Assert.Equal(["back", "language"], parameters.Keys.Order());
        parameters["language"] = language;
        foreach (var (name, value) in more)
        {
            parameters[name] = value;
        }

        return await visitor.Http.GetAsync(Local(QueryHelpers.AddQueryString("account/language", parameters)), Cancellation);
    }

    private static async Task AssertSpeaksAsync(string language, HttpResponseMessage page, HttpStatusCode status = HttpStatusCode.OK)
    {
        var html = await page.Content.ReadAsStringAsync(Cancellation);
        Assert.Equal(status, page.StatusCode);
        Assert.Equal([language], page.Content.Headers.ContentLanguage);
        Assert.Contains($"<html lang=\"{language}\">", html, StringComparison.Ordinal);
        Assert.Equal(language == "de", html.Contains("aria-label=\"Sprache\"", StringComparison.Ordinal));
        Assert.Equal(language, Current().Match(Menu().Match(html).Value).Groups["language"].Value);
    }

    private static Uri Local(string path) => new(path, UriKind.Relative);

    [GeneratedRegex("""<nav class="languages".*?</nav>""", RegexOptions.Singleline)]
    private static partial Regex Menu();

    [GeneratedRegex("""<a [^>]*href="(?<url>[^"]*)"[^>]*>""")]
    private static partial Regex Link();

    [GeneratedRegex("""<a [^>]*hreflang="(?<language>[^"]*)"[^>]*aria-current="true"[^>]*>""")]
    private static partial Regex Current();
}
