using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace UserDomain.AllInOne.Hosting;

/// <summary>The one Kestrel, started with all hosts in place of only the program's own pipeline.</summary>
internal sealed class PathRoutingServer(IServer kestrel, InnerHosts hosts) : IServer
{
    public IFeatureCollection Features => kestrel.Features;

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull =>
        kestrel.StartAsync(new HostSelector(hosts.Applications, CapturedApplication.Of(application)), cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => kestrel.StopAsync(cancellationToken);

    public void Dispose() => kestrel.Dispose();

    /// <summary>Puts this server around the registered one.</summary>
    public static void Decorate(IServiceCollection services, InnerHosts hosts)
    {
        // Kestrel's own type is internal to it, so it is named by its registration.
        var kestrel = services.Last(descriptor => descriptor.ServiceType == typeof(IServer)).ImplementationType!;
        services.RemoveAll<IServer>();
        services.AddSingleton<IServer>(provider =>
            new PathRoutingServer((IServer)ActivatorUtilities.CreateInstance(provider, kestrel), hosts));
    }
}
