using UserDomain.ServiceDefaults.Hosting;
using UserDomain.ServiceDefaults.Operations;

namespace UserDomain.AllInOne.Hosting;

/// <summary>The host that is the program: settings, log, signals, health and Kestrel.</summary>
internal static class OuterHost
{
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(3);

    private static readonly Dictionary<string, string?> Defaults = new(DefaultSettings.Logging)
    {
        ["UserDomain:PublicUrl"] = "http://localhost:8080",
        // The program says itself, in one place, what it is and where it listens.
        ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Warning",
    };

    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = ServiceHost.CreateBuilder(application: null, args);
        builder.Configuration.AddDefaults(Defaults);
        builder.WebHost.ConfigureKestrel(KestrelLimits.Apply);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = DrainTime);
        builder.Services.AddSingleton<StartupNotices>();
        return builder;
    }

    public static WebApplication Build(WebApplicationBuilder builder, InnerHosts inner, IEnumerable<string> addresses)
    {
        builder.Services.AddSingleton<IHostedService>(inner);
        builder.Services.AddOperations();
        builder.Services.AddHealthChecks().AddCheck("services", new InnerHostHealth(inner));
        PathRoutingServer.Decorate(builder.Services, inner);
        var app = builder.Build();
        foreach (var address in addresses)
        {
            app.Urls.Add(address);
        }

        app.MapHealthChecks("/health/live", new() { Predicate = _ => false });
        app.MapHealthChecks("/health/ready");
        return app;
    }
}
