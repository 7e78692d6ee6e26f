using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AdminUi.Hosting;

/// <summary>The pages and their static files. The one place that names the manifest of static files.</summary>
internal static class ConsoleEndpoints
{
    public static void MapConsole(this WebApplication app)
    {
        // Answered in routing: a stylesheet needs no look into the session store.
        app.MapServiceAssets().ShortCircuit();
        app.MapServicePages().RequireAuthorization();
    }
}
