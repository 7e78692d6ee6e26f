using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace UserDomain.AllInOne.Hosting;

/// <summary>The program is ready when every host in it is.</summary>
internal sealed class InnerHostHealth(InnerHosts hosts) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var reports = await Task.WhenAll(hosts.All.Select(host =>
            host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(cancellationToken)));
        var worst = reports.Select(report => report.Status).DefaultIfEmpty(HealthStatus.Healthy).Min();
        return new HealthCheckResult(worst);
    }
}
