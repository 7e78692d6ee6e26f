using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using UserDomain.IdentityServer.Tests.ClientApi;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Pages.Languages;

/// <summary>Pages in a language, for tests of who decides on it.</summary>
internal static partial class LanguageCalls
{
    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A browser that says what it accepts, or says nothing.</summary>
    public static async Task<WebVisitor> AcceptingVisitorAsync(this RunningSystem system, string? accepted)
    {
        var visitor = await system.VisitorAsync();
        if (accepted is not null)
        {
            visitor.Http.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Language", accepted);
        }

        return visitor;
    }

    /// <summary>The name of somebody new.</summary>
    public static async Task<string> UserAsync(this RunningSystem system)
    {
        var name = ClientCalls.UniqueId("lena");
        await system.CreateUserAsync(name);
        return name;
    }

    /// <summary>The page an application sends somebody to.</summary>
    public static async Task<HttpResponseMessage> OpenAsync(WebVisitor visitor, params (string Name, string Value)[] more) =>
        await visitor.FollowAsync(await visitor.Http.GetAsync(Local(visitor.AuthorizeUrl(more)), Cancellation));

    /// <summary>Chooses a language, as the link of the menu does.</summary>
    public static async Task<HttpResponseMessage> ChooseAsync(WebVisitor visitor, HttpResponseMessage page, string language, params (string Name, string Value)[] more)
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

    /// <summary>A page is in a language from its header to its menu.</summary>
    public static async Task AssertSpeaksAsync(string language, HttpResponseMessage page, HttpStatusCode status = HttpStatusCode.OK)
    {
        var html = await page.Content.ReadAsStringAsync(Cancellation);
        Assert.Equal(status, page.StatusCode);
        Assert.Equal([language], page.Content.Headers.ContentLanguage);
        Assert.Contains($"<html lang=\"{language}\">", html, StringComparison.Ordinal);
        Assert.Equal(language == "de", html.Contains("aria-label=\"Sprache\"", StringComparison.Ordinal));
        Assert.Equal(language, Current().Match(Menu().Match(html).Value).Groups["language"].Value);
    }

    public static Uri Local(string path) => new(path, UriKind.Relative);

    [GeneratedRegex("""<nav class="languages".*?</nav>""", RegexOptions.Singleline)]
    private static partial Regex Menu();

    [GeneratedRegex("""<a [^>]*href="(?<url>[^"]*)"[^>]*>""")]
    private static partial Regex Link();

    [GeneratedRegex("""<a [^>]*hreflang="(?<language>[^"]*)"[^>]*aria-current="true"[^>]*>""")]
    private static partial Regex Current();
}
