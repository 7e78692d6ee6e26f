using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace UserDomain.ServiceDefaults.Hosting;

/// <summary>Builds and runs a service, alone or as one of several in a process.</summary>
public static class ServiceHost
{
    /// <summary>The command that brings the database up to date and ends.</summary>
    public const string MigrateCommand = "migrate";

    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(4);

    /// <summary>Runs one service as a program.</summary>
    /// <returns>The exit code: 0, or 1 when it could not start.</returns>
    public static Task<int> RunAsync(ServiceDescription service, string[] args) => ReportAsync(async () =>
    {
        var builder = CreateBuilder(service, args);
        builder.WebHost.ConfigureKestrel(KestrelLimits.Apply);
        await using var app = Build(service, builder);
        await RunStartupTasksAsync([app], migrateOnly: args is [MigrateCommand], CancellationToken.None);
        if (args is not [MigrateCommand])
        {
            await app.RunAsync();
        }
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

    /// <summary>A builder whose content root and application name are the service's own, wherever the program is started from.</summary>
    public static WebApplicationBuilder CreateBuilder(ServiceDescription service, string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args is [MigrateCommand] ? [] : args,
            ApplicationName = service.Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = DrainTime);
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
    public static async Task RunStartupTasksAsync(IEnumerable<IHost> hosts, bool migrateOnly, CancellationToken cancellationToken)
    {
        foreach (var host in hosts)
        {
            foreach (var task in host.Services.GetServices<StartupTask>().Where(task => task.IsMigration || !migrateOnly))
            {
                await using var scope = host.Services.CreateAsyncScope();
                await task.RunAsync(scope.ServiceProvider, cancellationToken);
            }
        }
    }

    private static string? Explain(Exception exception) => exception switch
    {
        StartupException known => known.Message,
        IOException { InnerException: AddressInUseException inUse } => $"The port is in use by another program: {inUse.Message}. Stop it, or set UserDomain__PublicUrl or ASPNETCORE_URLS to another port",
        IOException { InnerException: SocketException socket } => $"The address cannot be listened on: {socket.Message}",
        _ => null,
    };
}
