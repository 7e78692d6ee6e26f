using UserDomain.IdentityServer.Pages.Errors;
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

    private static readonly string[] Cultures = ["en"];

    public static void AddAccountPages(this IServiceCollection services, UserDomainSettings settings)
    {
        var https = settings.PublicUrl.Scheme == Uri.UriSchemeHttps;
        services.AddLocalization();
        services.AddRazorPages(options =>
        {
            options.Conventions.AddPageRoute("/SetPassword/SetPassword", "/account/reset-password");
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
        app.UseRequestLocalization(options => options
            .SetDefaultCulture(Cultures[0]).AddSupportedCultures(Cultures).AddSupportedUICultures(Cultures));
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
