using UserDomain.IdentityServer.Pages.Languages;

namespace UserDomain.IdentityServer.Tests.Pages.Languages;

/// <summary>Which language a page speaks: the person's choice, then the application's wish (<c>ui_locales</c>), then the browser's, then English.</summary>
public sealed class AccountLanguagesTests
{
    [Theory]
    [InlineData(null, null, "", "en")]
    [InlineData(null, null, "de", "de")]
    [InlineData(null, null, "fr de-CH en", "de")]
    [InlineData(null, null, "fr es", "en")]
    [InlineData(null, "en", "de", "en")]
    [InlineData(null, "de", "en", "de")]
    [InlineData(null, "se", "de", "de")]
    [InlineData(null, "fr se de en", "", "de")]
    [InlineData(null, "", "de", "de")]
    [InlineData("en", "de", "de", "en")]
    [InlineData("de", "en", "en", "de")]
    [InlineData("fr", "de", "en", "de")]
    public void A_choice_is_stronger_than_a_wish_of_the_application_and_that_than_the_browser(string? chosen, string? uiLocales, string accepted, string spoken) =>
        Assert.Equal(spoken, AccountLanguages.Choose(chosen, uiLocales, accepted.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Name);

    [Theory]
    [InlineData("de-AT", "de")]
    [InlineData("DE-at", "de")]
    [InlineData("de-Latn-DE-1996", "de")]
    [InlineData("en-GB-oed", "en")]
    [InlineData("den", null)]
    [InlineData("d", null)]
    [InlineData("", null)]
    [InlineData("*", null)]
    [InlineData("-de", null)]
    [InlineData("de_AT", null)]
    [InlineData("../de", null)]
    [InlineData("x-de", null)]
    [InlineData(null, null)]
    public void A_tag_means_the_nearest_more_general_language_or_none(string? tag, string? language) => Assert.Equal(language, AccountLanguages.Find(tag)?.Name);

    [Fact]
    public void WEB_02_Under_https_the_cookie_of_a_choice_is_bound_to_this_host_and_to_TLS()
    {
        var http = new DefaultHttpContext();

        new PageLanguage(https: true).Keep(http, AccountLanguages.English);

        Assert.Equal("__Host-language=en; max-age=31536000; path=/; secure; samesite=lax; httponly", http.Response.Headers.SetCookie.ToString());
    }

    [Fact]
    public void A_tag_or_a_list_without_end_means_nothing()
    {
        Assert.Null(AccountLanguages.Find("de" + new string('-', 100_000)));
        Assert.Equal("en", AccountLanguages.Choose(null, string.Concat(Enumerable.Repeat("se ", 100_000)) + "de", []).Name);
    }
}
