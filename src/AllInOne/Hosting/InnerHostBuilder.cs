using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using UserDomain.RevocationFeed;
using UserDomain.ServiceDefaults.Backchannel;
using UserDomain.ServiceDefaults.Hosting;
using UserDomain.ServiceDefaults.Secrets;

namespace UserDomain.AllInOne.Hosting;

/// <summary>Builds the host of a service: a container and a pipeline of its own, everything that is one for the process from the outer host.</summary>
internal sealed class InnerHostBuilder(WebApplication outer, UserDomainSettings settings, KeyEncryptionKey key, BackchannelTransport transport)
{
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(1);

    // Always by the system's clock: it says when an entry may be forgotten, and services may be given clocks of their own.
    private readonly RevokedTokens _revoked = new(Options.Create(new RevocationFeedOptions()), TimeProvider.System);
    private readonly StaticAssets _assets = new($"{outer.Environment.ApplicationName}.staticwebassets.endpoints.json");

    public InnerHost Build(ServiceDescription service)
    {
        var server = new CapturedServer();
        var builder = WebApplication.CreateEmptyBuilder(new()
        {
            ApplicationName = service.Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = outer.Environment.EnvironmentName,
        });
        builder.Configuration.AddConfiguration(outer.Configuration);
        builder.Environment.WebRootPath = outer.Environment.WebRootPath;
        builder.Environment.WebRootFileProvider = outer.Environment.WebRootFileProvider;
        builder.Host.UseDefaultServiceProvider(options => options.ValidateScopes = options.ValidateOnBuild = outer.Environment.IsDevelopment());
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopTime);
        builder.Services.AddRouting();
        Share(builder.Services);
        builder.Services.AddSingleton<IServer>(server);
        return new(service, ServiceHost.Build(service, builder), server);
    }

    private void Share(IServiceCollection services)
    {
        services.Replace(ServiceDescriptor.Singleton(outer.Services.GetRequiredService<ILoggerFactory>()));
        services.Replace(ServiceDescriptor.Singleton<IHostLifetime, NoSignals>());
        services.AddSingleton(outer.Services.GetRequiredService<StartupNotices>());
        services.AddSingleton(settings);
        services.AddSingleton(key);
        services.AddSingleton(transport);
        services.AddSingleton(_assets);
        services.AddSingleton(_revoked);
    }

    /// <summary>Only the outer host gets the signals: the default would let Ctrl-C stop the parts and not the whole.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
