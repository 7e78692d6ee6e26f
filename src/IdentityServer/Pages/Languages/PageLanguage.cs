using System.Globalization;
using Microsoft.AspNetCore.Mvc.Filters;

namespace UserDomain.IdentityServer.Pages.Languages;

/// <summary>Finds the language of a page, and keeps the one a person chose in a cookie.</summary>
internal sealed class PageLanguage(bool https)
{
    private readonly string _cookie = https ? "__Host-language" : "user-domain.language";

    /// <summary>Has what follows in this call speak the language of the person.</summary>
    public void Speak(HttpContext http, string? uiLocales)
    {
        var accepted = http.Request.GetTypedHeaders().AcceptLanguage.Where(one => one.Quality != 0).OrderByDescending(one => one.Quality ?? 1).Select(one => one.Value.ToString());
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = AccountLanguages.Choose(ChosenIn(http), uiLocales, accepted);
        http.Response.Headers.ContentLanguage = CultureInfo.CurrentUICulture.Name;
    }

    /// <summary>What the person chose in this browser; null if they did not, or if the pages do not speak it any more.</summary>
    public string? ChosenIn(HttpContext http) => AccountLanguages.Find(http.Request.Cookies[_cookie])?.Name;

    /// <summary>Keeps what a person chose.</summary>
    public void Keep(HttpContext http, CultureInfo chosen) => http.Response.Cookies.Append(_cookie, chosen.Name, new()
    {
        Secure = https,
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        MaxAge = TimeSpan.FromDays(365),
        IsEssential = true,
    });
}

/// <summary>Has every page speak the language of the person, before it is made.</summary>
internal sealed class SpeakLanguage : IAsyncResourceFilter
{
    public async Task OnResourceExecutionAsync(ResourceExecutingContext context, ResourceExecutionDelegate next)
    {
        var http = context.HttpContext;
        var language = http.RequestServices.GetRequiredService<PageLanguage>();
        language.Speak(http, language.ChosenIn(http) is null ? await AskedLanguages.OfPageAsync(http) : null);
        await next();
    }
}
