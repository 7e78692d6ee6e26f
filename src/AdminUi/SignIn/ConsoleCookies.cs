using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AdminUi.SignIn;

/// <summary>
/// Names and flags of the console's cookies. Over https they carry the <c>__Host-</c> prefix, which browsers accept only from this
/// very host, for the whole host, and Secure; http is allowed for localhost alone, where browsers refuse that prefix.
/// </summary>
internal static class ConsoleCookies
{
    public static void Shape(CookieBuilder cookie, string name, UserDomainSettings settings)
    {
        var https = settings.PublicUrl.Scheme == Uri.UriSchemeHttps;
        cookie.Name = (https ? "__Host-" : "") + "user-domain-console" + name;
        cookie.Path = "/";
        cookie.HttpOnly = true;
        cookie.IsEssential = true;
        cookie.SameSite = SameSiteMode.Lax;
        cookie.SecurePolicy = https ? CookieSecurePolicy.Always : CookieSecurePolicy.None;
    }

    public static void AddConsoleCookies(this IServiceCollection services)
    {
        services.AddOptions<AntiforgeryOptions>().Configure<UserDomainSettings>((options, settings) =>
        {
            Shape(options.Cookie, ".form", settings);
            // The pages send frame-ancestors, which says the same and more.
            options.SuppressXFrameOptionsHeader = true;
        });
        services.AddOptions<CookieTempDataProviderOptions>().Configure<UserDomainSettings>(
            (options, settings) => Shape(options.Cookie, ".notice", settings));
    }
}
