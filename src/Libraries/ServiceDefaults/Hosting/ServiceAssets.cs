using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;

namespace UserDomain.ServiceDefaults.Hosting;

/// <summary>Which list of static files a service serves. Publishing keeps only that of the program, so a host of several services names its own.</summary>
/// <param name="Manifest">File name of the endpoints manifest beside the program.</param>
public sealed record StaticAssets(string Manifest);

/// <summary>Adds and maps static files and pages so that they work in a service alone and inside the all-in-one host.</summary>
public static class ServiceAssets
{
    /// <summary>Registers Razor pages, and nothing that looks for controllers: that would go through every type of the service at each start. In place of <c>AddRazorPages</c>.</summary>
    public static IMvcBuilder AddServicePages(this IServiceCollection services, Action<RazorPagesOptions>? configure = null) =>
        services.AddRazorPages(configure).ConfigureApplicationPartManager(parts => parts.FeatureProviders.Remove(parts.FeatureProviders.OfType<ControllerFeatureProvider>().Single()));

    /// <summary>Maps the static files; everybody may read them. In place of <c>MapStaticAssets</c>.</summary>
    public static StaticAssetsEndpointConventionBuilder MapServiceAssets(this WebApplication app) =>
        app.MapStaticAssets(ManifestOf(app)).AllowAnonymous();

    /// <summary>Maps the Razor pages, with links to static files by their fingerprint. In place of <c>MapRazorPages().WithStaticAssets()</c>.</summary>
    public static PageActionEndpointConventionBuilder MapServicePages(this WebApplication app) =>
        app.MapRazorPages().WithStaticAssets(ManifestOf(app));

    private static string? ManifestOf(WebApplication app) => app.Services.GetService<StaticAssets>()?.Manifest;
}
