using UserDomain.Database.Leases;
using UserDomain.IdentityStore;

namespace UserDomain.IdentityServer.Pruning;

/// <summary>Deletes what has ended by itself and nobody needs any more: a table that only grows makes everything slower in the end.</summary>
/// <param name="Name">What it deletes.</param>
/// <param name="RunAsync">Deletes it; doing so twice at once does no harm.</param>
internal sealed record PruneStep(string Name, Func<IdentityStoreContext, TimeProvider, CancellationToken, Task<int>> RunAsync);

/// <summary>Runs the steps now and then, at one replica at a time.</summary>
internal sealed partial class PruneStore(IEnumerable<PruneStep> steps, IServiceScopeFactory scopes, TimeProvider time, ILogger<PruneStore> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);
    private readonly Guid _holder = Guid.CreateVersion7(time.GetUtcNow());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var step in steps)
            {
                await RunAsync(step, stoppingToken);
            }
        }
    }

    // One that fails keeps none of the others back.
    private async Task RunAsync(PruneStep step, CancellationToken stoppingToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            if (await scope.ServiceProvider.GetRequiredService<Lease<IdentityStoreContext>>().TryHoldAsync("prune", _holder, stoppingToken))
            {
                await step.RunAsync(scope.ServiceProvider.GetRequiredService<IdentityStoreContext>(), time, stoppingToken);
            }
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            LogKept(step.Name, exception.GetBaseException().Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What has ended of {Step} could not be deleted; it is tried again: {Reason}")]
    private partial void LogKept(string step, string reason);
}
