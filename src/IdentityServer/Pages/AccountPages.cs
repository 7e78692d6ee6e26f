using UserDomain.IdentityServer.Pages.Errors;
using UserDomain.IdentityServer.Pages.Languages;
using UserDomain.IdentityServer.Protocol.Authorization;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.IdentityServer.Pages;

/// <summary>The pages people see: sign-in, consent, sign-out, passwords, their account, and errors.</summary>
internal static class AccountPages
{
    public const string Home = "/account";
    public const string SignIn = "/account/sign-in";
    public const string ChooseAccount = "/account/choose";
    public const string Consent = "/account/consent";
    public const string Device = "/account/device";
    public const string SignedOut = "/account/signed-out";
    public const string Language = "/account/language";
    public const string Error = "/error";

    public static void AddAccountPages(this IServiceCollection services, UserDomainSettings settings)
    {
        var https = settings.PublicUrl.Scheme == Uri.UriSchemeHttps;
        services.AddLocalization();
        services.AddSingleton(new PageLanguage(https));
        services.AddServicePages(options =>
        {
            options.Conventions.AddPageRoute("/SetPassword/SetPassword", "/account/reset-password");
            options.Conventions.ConfigureFilter(new SpeakLanguage());
            options.Conventions.ConfigureFilter(new GuardPages(settings));
            options.Conventions.ConfigureFilter(new NoteRefusedForms());
        });
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = https ? "__Host-antiforgery" : "user-domain.antiforgery";
            options.Cookie.SecurePolicy = https ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            options.Cookie.HttpOnly = true;

            // Strict would hide the cookie from people who arrive from an application, and the new one would break the forms in their other tabs.
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.Path = "/";

            // The content security policy says it, and says it more strictly.
            options.SuppressXFrameOptionsHeader = true;
        });
    }

    /// <summary>Adds the middleware that shows errors as pages. Call before anything that may answer with one.</summary>
    public static void UseAccountPages(this WebApplication app)
    {
        // What is no page is for programs, whatever language the machine speaks. Pages choose theirs by themselves.
        app.UseRequestLocalization(options =>
        {
            options.SetDefaultCulture(AccountLanguages.English.Name);
            options.RequestCultureProviders.Clear();
        });
        app.UseStatusCodePagesWithReExecute("/error");
        app.UseMiddleware<PageFaults>();
    }

    public static void MapAccountPages(this WebApplication app)
    {
        app.MapServiceAssets();
        app.MapServicePages();
        app.MapGet("/", () => new SeeOther(Home)).AllowAnonymous();
    }
}
