using System.Net;
using UserDomain.IdentityServer.Tests.Protocol;
using UserDomain.Testing;
using static UserDomain.IdentityServer.Tests.Pages.Languages.LanguageCalls;

namespace UserDomain.IdentityServer.Tests.Pages.Languages;

/// <summary>The language of the pages, chosen by a person.</summary>
public sealed class LanguageChoiceTests(RunningSystem system)
{
    [Fact]
    public async Task WEB_02_What_a_person_chooses_is_kept_for_a_year_out_of_reach_of_scripts_and_is_stronger_than_every_wish()
    {
        using var visitor = await system.AcceptingVisitorAsync("en");
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
        var user = await system.UserAsync();
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
        using var visitor = await system.AcceptingVisitorAsync("en");
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
}
