using Microsoft.EntityFrameworkCore;
using UserDomain.IdentityStore;

namespace UserDomain.IdentityServer.Protocol.Dpop;

/// <summary>Forgets proofs that have ended by themselves.</summary>
internal sealed partial class UsedProofSweep(IServiceScopeFactory scopes, TimeProvider time, ILogger<UsedProofSweep> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await SweepAsync(scope.ServiceProvider.GetRequiredService<IdentityStoreContext>(), time, stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(logger, exception);
            }
        }
    }

    /// <summary>Forgets them now.</summary>
    public static Task<int> SweepAsync(IdentityStoreContext store, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return store.UsedProofs.Where(proof => proof.ExpiresAt < now).ExecuteDeleteAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Used proofs of possession could not be forgotten; it is tried again in a while")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
