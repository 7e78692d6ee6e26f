using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;

namespace UserDomain.IdentityServer.Pages.Languages;

/// <summary>The page a person looks at, as an address that shows it again.</summary>
internal static class SamePage
{
    /// <summary>What the menu calls the language.</summary>
    public const string Language = "language";

    /// <summary>What it calls the address.</summary>
    public const string Back = "back";

    // What a form sends on that its page takes from its address as well. Nothing a person typed but the code of a device.
    private static readonly string[] Kept = ["returnUrl", "code", "ticket", "user_code"];

    /// <summary>Whether this is the page of a fault of ours.</summary>
    public static bool IsFault(HttpContext http) =>
        http.Features.Get<IStatusCodeReExecuteFeature>() is not null && http.Response.StatusCode >= StatusCodes.Status500InternalServerError;

    /// <summary>The address, by the rules of <see cref="ReturnUrl"/>.</summary>
    public static string UrlOf(HttpContext http)
    {
        var path = http.Features.Get<IStatusCodeReExecuteFeature>()?.OriginalPath ?? http.Request.Path;
        if (path == AccountPages.Language)
        {
            return ReturnUrl.Of(http.Request.Query[Back]).Value;
        }

        var url = ReturnUrl.Read(path + (FormOf(http) is { } form ? Sent(form) : QueryOf(http))) ?? ReturnUrl.Read(path);
        return url?.Value ?? AccountPages.Error;
    }

    /// <summary>The link of the menu that shows it in a language, from now on.</summary>
    public static string UrlIn(CultureInfo language, HttpContext http) =>
        AccountPages.Language + new QueryBuilder { { Language, language.Name }, { Back, UrlOf(http) } };

    /// <summary>The query a browser sent, on the error page too.</summary>
    public static string? QueryOf(HttpContext http) => http.Features.Get<IStatusCodeReExecuteFeature>()?.OriginalQueryString ?? http.Request.QueryString.Value;

    /// <summary>The form a browser sent, if somebody has read it: on the error page it may be what could not be read.</summary>
    public static IFormCollection? FormOf(HttpContext http) => HttpMethods.IsPost(http.Request.Method) ? http.Features.Get<IFormFeature>()?.Form : null;

    private static string Sent(IFormCollection form) =>
        new QueryBuilder(from name in Kept from value in form[name].Take(1) where value is { Length: > 0 } select new KeyValuePair<string, string>(name, value)).ToString();
}
