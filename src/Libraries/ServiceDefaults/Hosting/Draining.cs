using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace UserDomain.ServiceDefaults.Hosting;

/// <summary>
/// How a program ends (REL-06): from the signal on it is not ready; for the time of the notice it serves as before, so that a gateway can see
/// that and send new requests elsewhere; then it accepts no more and lets those under way end.
/// </summary>
public static class Draining
{
    // A gateway that asks once a second has turned away from it by then.
    private static readonly TimeSpan Notice = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    /// <summary>Ends a program that is one of several replicas so; it takes 30 s at most.</summary>
    public static void AddDraining(this IServiceCollection services)
    {
        services.Configure<HostOptions>(options => options.ShutdownTimeout = Notice + Patience);
        services.AddHostedService<NoticePeriod>();
        services.AddHealthChecks().AddCheck<DrainHealth>("not draining");
    }

    private sealed class NoticePeriod : IHostedLifecycleService
    {
        // Before the server is told to stop, and after the program knows that it ends.
        public Task StoppingAsync(CancellationToken cancellationToken) => Task.Delay(Notice, cancellationToken);

        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class DrainHealth(IHostApplicationLifetime lifetime) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
            lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResult.Unhealthy("It is about to end.") : HealthCheckResult.Healthy());
    }
}
