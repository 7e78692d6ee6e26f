using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AllInOne.Hosting;

/// <summary>
/// The hosts of the services. As a hosted service of the outer host, whose server comes last, they start before Kestrel accepts and
/// stop after it has drained.
/// </summary>
internal sealed class InnerHosts : IHostedService, IAsyncDisposable
{
    private readonly List<InnerHost> _hosts = [];
    private string? _failed;

    /// <summary>The pipelines by name of the service; complete once started.</summary>
    public IReadOnlyDictionary<string, CapturedApplication> Applications { get; private set; } = new Dictionary<string, CapturedApplication>();

    public IEnumerable<WebApplication> All => _hosts.Select(host => host.App);

    public WebApplication Of(string service) => _hosts.First(host => host.Service.Name == service).App;

    /// <summary>Builds the hosts and ties their ends to that of the outer one, both ways.</summary>
    public void Build(IEnumerable<ServiceDescription> services, InnerHostBuilder builder, IHostApplicationLifetime outer)
    {
        foreach (var service in services)
        {
            var host = builder.Build(service);
            _hosts.Add(host);

            // Long answers such as event streams watch their own host's lifetime to end early.
            outer.ApplicationStopping.Register(host.App.Lifetime.StopApplication);
            host.App.Lifetime.ApplicationStopping.Register(() => EndWith(service, outer));
        }
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var host in _hosts)
        {
            await host.App.StartAsync(cancellationToken);
        }

        Applications = _hosts.ToDictionary(host => host.Service.Name, host => host.Server.Application!);
    }

    // The outer host's time may be used up by the draining; each inner host has a little of its own.
    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_hosts.Select(host => host.App.StopAsync(CancellationToken.None)));

    /// <summary>Says which service stopped although nobody told it to, if one did.</summary>
    public void ThrowIfFailed()
    {
        if (_failed is not null)
        {
            throw new StartupException($"{_failed} stopped because its background work failed, and the program with it: see the log");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.App.DisposeAsync();
        }
    }

    // A background service that failed stops its host. Alone that ends the process; here it must not leave a part missing unnoticed.
    private void EndWith(ServiceDescription service, IHostApplicationLifetime outer)
    {
        if (!outer.ApplicationStopping.IsCancellationRequested)
        {
            _failed = service.Name;
            outer.StopApplication();
        }
    }
}

/// <summary>A service with the host it runs in.</summary>
internal sealed record InnerHost(ServiceDescription Service, WebApplication App, CapturedServer Server);
