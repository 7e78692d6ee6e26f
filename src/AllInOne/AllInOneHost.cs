using UserDomain.AllInOne.Hosting;
using UserDomain.ServiceDefaults.Hosting;
using UserDomain.ServiceDefaults.Secrets;

namespace UserDomain.AllInOne;

/// <summary>All services in one process behind one Kestrel, each with a container and a pipeline of its own.</summary>
public sealed class AllInOneHost : IAsyncDisposable
{
    private readonly WebApplication _outer;
    private readonly InnerHosts _inner = new();
    private readonly PrivateSocket _socket = new();
    private readonly UserDomainSettings _settings;

    private AllInOneHost(WebApplicationBuilder builder, UserDomainSettings settings, IEnumerable<string> addresses)
    {
        _settings = settings;
        builder.Services.AddSingleton(settings);
        _outer = OuterHost.Build(builder, _inner, addresses.Append(_socket.Url));
    }

    /// <summary>Where it listens, the private socket included.</summary>
    public IEnumerable<string> Addresses => _outer.Urls;

    /// <summary>The container of one service, for what has to be arranged from outside of a request.</summary>
    /// <param name="service">One of <see cref="Contracts.Services"/>.</param>
    public IServiceProvider ServicesOf(string service) => _inner.Of(service).Services;

    /// <summary>Runs the program.</summary>
    /// <param name="services">What it hosts.</param>
    /// <param name="args">Settings, or one <see cref="ProgramCommand"/>.</param>
    /// <returns>The exit code: 0, or 1 when it could not start, a service failed or it is not ready.</returns>
    public static Task<int> RunAsync(IEnumerable<ServiceDescription> services, string[] args) => ServiceHost.ReportAsync(() => ServiceHost.OfflineOf(services, args) ?? ProgramCommands.Parse(args) switch
    {
        ProgramCommand.Health => HealthProbe.RunAsync(ListenAddressOf(OuterHost.CreateBuilder([]))),
        ProgramCommand.Migrate => MigrateAsync(services),
        ProgramCommand.Operate => OperateAsync(services, args),
        _ => ServeAsync(services, args),
    });

    /// <summary>Reads settings and key once and builds all hosts; nothing runs or listens yet.</summary>
    /// <exception cref="StartupException">A setting, the key, the certificate or the data directory cannot be used.</exception>
    public static async Task<AllInOneHost> BuildAsync(IEnumerable<ServiceDescription> services, string[] args)
    {
        var builder = OuterHost.CreateBuilder(args);
        var settings = UserDomainSettings.Read(builder.Configuration);
        var addresses = ListenAddresses.Of(builder.Configuration, settings);
        ServingCertificate.Check(builder.Configuration, addresses);
        DataDirectory.Prepare(settings.DataDirectory);
        var key = KeyEncryptionKey.Load(settings, mayCreate: true);

        var host = new AllInOneHost(builder, settings, addresses);
        try
        {
            host._inner.Build(services, new(host._outer, settings, key, host._socket.Transport), host._outer.Lifetime);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs the start-up tasks of all services, in order.</summary>
    public Task RunStartupTasksAsync(bool migrateOnly, CancellationToken cancellationToken = default) =>
        ServiceHost.RunStartupTasksAsync(_inner.All, migrateOnly, cancellationToken);

    /// <summary>Does what an operator asks for on the store, beside whatever serves it.</summary>
    /// <param name="args">An <see cref="OperatorCommand"/>, and what belongs to it.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public Task OperateAsync(string[] args, CancellationToken cancellationToken = default) => ServiceHost.OperateAsync(_inner.All, args, cancellationToken);

    /// <summary>Starts the services, then listens.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await _outer.StartAsync(cancellationToken);
            _socket.Open();
        }
        catch (OperationCanceledException)
        {
            _inner.ThrowIfFailed();
            throw;
        }
    }

    /// <summary>Tells the operator that the program is ready, and what services want to be read.</summary>
    public Task GreetAsync(TextWriter output, TimeSpan startTime) =>
        output.WriteAsync(ReadyMessage.Format(_settings, startTime, _outer.Services.GetRequiredService<StartupNotices>().Take()));

    /// <summary>Waits for a signal, drains and stops.</summary>
    /// <exception cref="StartupException">A service failed; its log says why.</exception>
    public async Task WaitForShutdownAsync()
    {
        await _outer.WaitForShutdownAsync();
        _inner.ThrowIfFailed();
    }

    /// <summary>Drains, then stops the services.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => _outer.StopAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_outer.Lifetime.ApplicationStarted.IsCancellationRequested && !_outer.Lifetime.ApplicationStopped.IsCancellationRequested)
        {
            await StopAsync();
        }

        // The hosts write to the outer one's log to the end.
        await _inner.DisposeAsync();
        await _outer.DisposeAsync();
        _socket.Dispose();
    }

    private static async Task MigrateAsync(IEnumerable<ServiceDescription> services)
    {
        await using var host = await BuildAsync(services, []);
        await host.RunStartupTasksAsync(migrateOnly: true);
    }

    private static async Task OperateAsync(IEnumerable<ServiceDescription> services, string[] args)
    {
        await using var host = await BuildAsync(services, []);
        await host.OperateAsync(args);
    }

    private static async Task ServeAsync(IEnumerable<ServiceDescription> services, string[] args)
    {
        // Not the start of the process: the script that builds and then becomes this program is the same process.
        var started = TimeProvider.System.GetTimestamp();
        await using var host = await BuildAsync(services, args);
        await host.RunStartupTasksAsync(migrateOnly: false);
        await host.StartAsync();
        await host.GreetAsync(Console.Out, TimeProvider.System.GetElapsedTime(started));
        await host.WaitForShutdownAsync();
    }

    private static string ListenAddressOf(WebApplicationBuilder builder) =>
        ListenAddresses.Of(builder.Configuration, UserDomainSettings.Read(builder.Configuration))[0];
}
