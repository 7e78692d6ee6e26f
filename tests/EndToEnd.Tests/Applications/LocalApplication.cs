using System.Net;

namespace UserDomain.EndToEnd.Tests.Applications;

/// <summary>An application served from an origin of its own.</summary>
internal static class LocalApplication
{
    /// <summary>A builder that listens on a port the system chooses; the application knows it once it has started.</summary>
    public static WebApplicationBuilder CreateBuilder()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        return builder;
    }

    /// <summary>Starts it.</summary>
    /// <returns>Its origin by the name localhost: a cookie that needs https is kept for it as well.</returns>
    public static async Task<Uri> StartHereAsync(this WebApplication app)
    {
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new($"http://localhost:{new Uri(app.Urls.Single()).Port}/");
    }
}
