using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.Delivery;
using UserDomain.Database;
using UserDomain.Database.Idempotency;
using UserDomain.Database.Leases;

namespace UserDomain.AuditApi.Webhooks;

/// <summary>Sends events to all webhooks, by one replica at a time; one that is slow or away keeps none of the others.</summary>
internal sealed partial class WebhookDispatcher(IServiceScopeFactory scopes, TimeProvider time, ILogger<WebhookDispatcher> logger) : BackgroundService
{
    private const string LeaseName = "webhooks";
    private const int SweepBatch = 10_000;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LogKept = TimeSpan.FromDays(14);
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromMinutes(10);

    private readonly Guid _holder = Guid.CreateVersion7();
    private readonly Dictionary<Guid, Task> _running = [];
    private bool _isHeld;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var sweptAt = time.GetUtcNow();
        string? interruption = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                foreach (var id in (await DueAsync(stoppingToken)).Where(id => !_running.TryGetValue(id, out var running) || running.IsCompleted))
                {
                    _running[id] = Task.Run(() => GoOnAsync(id, stoppingToken), CancellationToken.None);
                }

                if (time.GetUtcNow() - sweptAt > BetweenSweeps && await SweepAsync(stoppingToken) < SweepBatch)
                {
                    sweptAt = time.GetUtcNow();
                }

                interruption = null;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                _isHeld = false;
                var reason = exception.GetBaseException().Message;
                if (reason != interruption)
                {
                    interruption = reason;
                    LogInterrupted(reason);
                }
            }

            // By the system's clock: a clock that is moved must not stand still in between.
            await Task.Delay(Interval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(_running.Values);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<Lease<AuditContext>>().ReleaseAsync(LeaseName, _holder, cancellationToken);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            LogInterrupted(exception.GetBaseException().Message);
        }
    }

    private async Task<List<Guid>> DueAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<AuditContext>();
        var enabled = await store.Webhooks.Where(webhook => webhook.DisabledAt == null).Select(webhook => webhook.Id).ToListAsync(cancellationToken);
        _isHeld = enabled.Count > 0 && await scope.ServiceProvider.GetRequiredService<Lease<AuditContext>>().TryHoldAsync(LeaseName, _holder, cancellationToken);
        if (!_isHeld)
        {
            return [];
        }

        var end = await scope.ServiceProvider.GetRequiredService<TrailReader>().EndAsync(cancellationToken);
        var now = time.GetStoredNow();
        var due = await store.DeliveryProgress.Where(row => row.NextAttemptAt == null || row.NextAttemptAt <= now)
            .Select(row => new { row.Receiver, IsBehind = row.Position < end }).ToDictionaryAsync(row => row.Receiver, row => row.IsBehind, cancellationToken);
        var waiting = await store.WebhookDeliveries.Where(row => enabled.Contains(row.WebhookId) && row.State == DeliveryState.Waiting).Select(row => row.WebhookId).Distinct().ToListAsync(cancellationToken);
        return enabled.FindAll(id => due.TryGetValue(id.ToString(), out var isBehind) && (isBehind || waiting.Contains(id)));
    }

    private async Task GoOnAsync(Guid id, CancellationToken stopping)
    {
        try
        {
            bool isMore;
            do
            {
                await using var scope = scopes.CreateAsyncScope();
                isMore = await scope.ServiceProvider.GetRequiredService<WebhookTurn>().RunAsync(id, stopping);
            }
            while (isMore && Volatile.Read(ref _isHeld) && !stopping.IsCancellationRequested);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            if (!stopping.IsCancellationRequested)
            {
                LogFailed(id, exception.GetBaseException().Message);
                await PauseAsync(id, stopping);
            }
        }
    }

    // Whatever it is, it is not over in half a second.
    private async Task PauseAsync(Guid id, CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var store = scope.ServiceProvider.GetRequiredService<AuditContext>();
            if (await store.DeliveryProgress.FirstOrDefaultAsync(row => row.Receiver == id.ToString(), cancellationToken) is { } progress)
            {
                progress.Failed("could not be served by this server; its log says why", time.GetStoredNow());
                await store.SaveChangesAsync(cancellationToken);
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            LogFailed(id, exception.GetBaseException().Message);
        }
    }

    // Whoever does it, and whether anything is sent: doing so twice at once does no harm.
    private async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<AuditContext>();
        var log = store.WebhookDeliveries;
        var (old, answered) = (time.GetStoredNow() - LogKept, time.GetStoredNow() - IdempotencyRecord.Kept);
        var next = log.Where(row => row.Time < old).OrderBy(row => row.Time).Select(row => row.Id).Take(SweepBatch);
        await store.Set<IdempotencyRecord>().Where(row => row.CreatedAt < answered).ExecuteDeleteAsync(cancellationToken);
        return await log.Where(row => next.Contains(row.Id)).ExecuteDeleteAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Webhooks wait: {Reason}")]
    private partial void LogInterrupted(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Webhook {Id} could not be served: {Reason}")]
    private partial void LogFailed(Guid id, string reason);
}
