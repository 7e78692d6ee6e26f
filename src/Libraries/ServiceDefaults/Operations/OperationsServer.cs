using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.ServiceDefaults.Operations;

/// <summary>
/// What operators and their monitoring ask, on an address of its own that no gateway knows: <c>/metrics</c> (Prometheus) and <c>/health</c>, every
/// check with its result. It shares nothing with what serves people, so no header can lead there.
/// </summary>
internal sealed class OperationsServer(UserDomainSettings settings, HealthCheckService health) : IHostedService, IAsyncDisposable
{
    private static readonly string[] Meters =
        ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Diagnostics", "System.Net.Http", "System.Runtime", "Npgsql", "UserDomain.*"];

    private WebApplication? _app;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.OperationsUrl is not { } url)
        {
            return;
        }

        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(KestrelLimits.Apply);
        builder.Services.AddRouting();
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(Meters).AddPrometheusExporter());
        _app = builder.Build();
        _app.Urls.Add(url);
        _app.MapPrometheusScrapingEndpoint("/metrics");
        _app.MapGet("/health", HealthAsync);
        await _app.StartAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _app?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<IResult> HealthAsync(CancellationToken cancellationToken)
    {
        var report = await health.CheckHealthAsync(cancellationToken);
        return Results.Json(
            new
            {
                report.Status,
                Checks = report.Entries.Select(entry => new { Name = entry.Key, entry.Value.Status, Milliseconds = entry.Value.Duration.TotalMilliseconds, entry.Value.Description }),
            },
            ApiJson.Options,
            statusCode: report.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }
}

/// <summary>Registers it.</summary>
public static class OperationsRegistration
{
    /// <summary>Serves operators where <see cref="UserDomainSettings.OperationsUrl"/> says, and gives back memory at rest; once in a process.</summary>
    public static void AddOperations(this IServiceCollection services) => services.AddHostedService<OperationsServer>().AddHostedService<IdleMemory>();
}
