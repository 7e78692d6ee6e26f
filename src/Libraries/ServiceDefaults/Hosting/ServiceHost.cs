using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using UserDomain.ServiceDefaults.Operations;

namespace UserDomain.ServiceDefaults.Hosting;

/// <summary>Builds and runs a service, alone or as one of several in a process.</summary>
public static partial class ServiceHost
{
    /// <summary>Runs one service as a program.</summary>
    /// <param name="service">The service.</param>
    /// <param name="args">Settings, or one <see cref="ProgramCommand"/>.</param>
    /// <returns>The exit code: 0, or 1 when it could not start or is not ready.</returns>
    public static Task<int> RunAsync(ServiceDescription service, string[] args) => ReportAsync(() => OfflineOf([service], args) ?? ProgramCommands.Parse(args) switch
    {
        ProgramCommand.Health => HealthProbe.RunAsync(),
        ProgramCommand.Migrate => RunAsync(service, [], migrateOnly: true),
        ProgramCommand.Operate => OperateAsync(service, args),
        _ => RunAsync(service, args, migrateOnly: false),
    });

    /// <summary>Runs a program and turns what the operator can mend into one line on the error stream and exit code 1.</summary>
    public static async Task<int> ReportAsync(Func<Task> program)
    {
        try
        {
            await program();
            return 0;
        }
        catch (Exception exception) when (Explain(exception) is { } line)
        {
            await Console.Error.WriteLineAsync($"user-domain: {line}");
            return 1;
        }
    }

    /// <summary>Starts what needs no host, if that is what the arguments ask for.</summary>
    /// <param name="services">The services of the program.</param>
    /// <param name="args">The arguments.</param>
    public static Task? OfflineOf(IEnumerable<ServiceDescription> services, string[] args) =>
        services.SelectMany(service => service.OfflineCommands).FirstOrDefault(command => command.Name == args.FirstOrDefault())?.RunAsync(args[1..], Console.Out);

    /// <summary>A builder whose content root and application name are the service's own, wherever the program is started from.</summary>
    public static WebApplicationBuilder CreateBuilder(ServiceDescription service, string[] args)
    {
        var builder = CreateBuilder(service.Assembly.GetName().Name, args);
        builder.Configuration.AddDefaults(DefaultSettings.Logging);
        builder.Services.AddDraining();
        return builder;
    }

    /// <summary>A builder in the folder of its program, with what hosts use of the framework here.</summary>
    /// <param name="application">Its name; that of the program if null.</param>
    /// <param name="args">Settings.</param>
    public static WebApplicationBuilder CreateBuilder(string? application, string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            // Settings are read once, at start; watching files for later changes would only cost.
            Args = ["--hostBuilder:reloadConfigOnChange=false", .. args],
            ApplicationName = application,
            ContentRootPath = AppContext.BaseDirectory,
        });
        // Without them static files of a program that is not published are found in the environment Development only.
        builder.WebHost.UseKestrelHttpsConfiguration().UseStaticWebAssets();
        return builder;
    }

    /// <summary>Registers and maps the service.</summary>
    public static WebApplication Build(ServiceDescription service, WebApplicationBuilder builder)
    {
        builder.AddServiceDefaults(service);
        service.Add(builder);
        var app = builder.Build();
        app.UseServiceDefaults();
        service.Map(app);
        return app;
    }

    /// <summary>Runs the start-up tasks of one or several services, in order.</summary>
    /// <exception cref="StartupException">One failed.</exception>
    public static async Task RunStartupTasksAsync(IEnumerable<IHost> hosts, bool migrateOnly, CancellationToken cancellationToken)
    {
        foreach (var host in hosts)
        {
            foreach (var task in host.Services.GetServices<StartupTask>().Where(task => task.IsMigration || !migrateOnly))
            {
                await RunAsync(task, host, cancellationToken);
            }
        }
    }

    /// <summary>Does what an operator asks for, by the one of several services that knows how.</summary>
    /// <exception cref="StartupException">None knows, or it failed.</exception>
    public static async Task OperateAsync(IEnumerable<IHost> hosts, string[] args, CancellationToken cancellationToken)
    {
        var (host, command) = hosts.Select(host => (host, host.Services.GetServices<OperatorCommand>().SingleOrDefault(command => command.Name == args[0])))
            .FirstOrDefault(pair => pair.Item2 is not null);
        if (command is null)
        {
            throw new StartupException($"'{args[0]}' is not for this program, but for that of {ProgramOf(args[0])}");
        }

        await RunAsync(new(command.Name, IsMigration: false, (services, cancellation) => command.RunAsync(services, args.ElementAtOrDefault(1), Console.Out, cancellation)), host, cancellationToken);
    }

    private static string ProgramOf(string command) => command switch
    {
        OperatorCommand.AuditKey => "audit-api",
        OperatorCommand.LockDown => "profile-api",
        _ => "identity-server",
    };

    private static async Task OperateAsync(ServiceDescription service, string[] args)
    {
        await using var app = Build(service, CreateBuilder(service, []));
        await OperateAsync([app], args, CancellationToken.None);
    }

    private static async Task RunAsync(ServiceDescription service, string[] args, bool migrateOnly)
    {
        var builder = CreateBuilder(service, args);
        builder.WebHost.ConfigureKestrel(KestrelLimits.Apply);
        builder.Services.AddOperations();
        await using var app = Build(service, builder);
        await RunStartupTasksAsync([app], migrateOnly, CancellationToken.None);
        if (migrateOnly)
        {
            return;
        }

        await app.StartAsync();
        foreach (var line in app.Services.GetRequiredService<StartupNotices>().Take())
        {
            await Console.Out.WriteLineAsync(line);
        }

        await app.WaitForShutdownAsync();
    }

    private static async Task RunAsync(StartupTask task, IHost host, CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = host.Services.CreateAsyncScope();
            await task.RunAsync(scope.ServiceProvider, cancellationToken);
        }
        catch (Exception exception) when (exception is not (StartupException or OperationCanceledException))
        {
            var logger = host.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ServiceHost));
            LogFailed(logger, exception, task.Name);
            throw new StartupException($"{task.Name} failed: {exception.GetBaseException().Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    private static string? Explain(Exception exception) => exception switch
    {
        StartupException known => known.Message,
        IOException { InnerException: AddressInUseException } inUse => $"The port is in use by another program: {inUse.Message} Stop it, or set UserDomain__PublicUrl or ASPNETCORE_URLS to another port",
        // Kestrel wraps an occupied port only; a forbidden one or an address of another machine comes as it is.
        SocketException socket => $"The address of UserDomain__PublicUrl or ASPNETCORE_URLS cannot be listened on: {socket.Message}",
        OperationCanceledException => "Told to stop before it was ready",
        _ => null,
    };

    [LoggerMessage(Level = LogLevel.Debug, Message = "Start-up task failed: {Task}")]
    private static partial void LogFailed(ILogger logger, Exception exception, string task);
}
