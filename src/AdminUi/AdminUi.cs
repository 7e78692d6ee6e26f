using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using UserDomain.AdminUi.Access;
using UserDomain.AdminUi.ApiClients;
using UserDomain.AdminUi.Display;
using UserDomain.AdminUi.Hosting;
using UserDomain.AdminUi.SignIn;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AdminUi;

/// <summary>
/// The admin console: an ordinary OpenID Connect client that calls the APIs with the signed-in administrator's tokens. It owns no data.
/// </summary>
public static class AdminUi
{
    /// <summary>The path everything of the console is below.</summary>
    public const string PathBase = "/admin";

    /// <summary>The console as a host sees it.</summary>
    public static readonly ServiceDescription Service =
        new(Services.AdminUi, typeof(AdminUi).Assembly, builder => builder.AddAdminUi(), app => app.MapAdminUi());

    /// <summary>Registers sign-in, the API clients and the pages.</summary>
    public static void AddAdminUi(this WebApplicationBuilder builder)
    {
        // The service defaults answer faults in JSON, as APIs do; people get the error page.
        builder.Services.RemoveAll<IExceptionHandler>();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddLocalization();
        builder.Services.AddRedis();
        builder.Services.AddConsoleSignIn();
        builder.Services.AddConsoleAccess();
        builder.Services.AddApiClients();
        builder.Services.AddScoped<AuditWords>();
        builder.Services.AddServicePages().AddMvcOptions(options => options.Filters.Add<SignInAgainFilter>());
        builder.Services.AddConsoleCookies();
    }

    /// <summary>Adds the console's middleware and pages below <see cref="PathBase"/>.</summary>
    public static void MapAdminUi(this WebApplication app)
    {
        app.UsePathBase(PathBase);
        app.UseMiddleware<ConsoleRequests>();
        app.UseExceptionHandler("/error/500");
        app.UseStatusCodePagesWithReExecute("/error/{0}");
        // Explicit, because the implicit one would come before UsePathBase and match nothing below /admin.
        app.UseRouting();
        app.UseAuthentication();
        app.UseMiddleware<AccessMiddleware>();
        app.UseAuthorization();
        app.MapConsole();
    }
}
