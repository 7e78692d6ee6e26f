using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AllInOne.SamplePages;

/// <summary>A page with a style sheet: what a service with pages needs of its host, and nothing else.</summary>
public static class SamplePagesService
{
    /// <summary>The service.</summary>
    public static readonly ServiceDescription Description = new(
        Services.IdentityServer,
        typeof(SamplePagesService).Assembly,
        builder => builder.Services.AddRazorPages(),
        app =>
        {
            app.MapServiceAssets();
            app.MapServicePages();
        });
}
