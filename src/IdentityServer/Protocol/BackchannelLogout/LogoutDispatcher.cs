namespace UserDomain.IdentityServer.Protocol.BackchannelLogout;

/// <summary>
/// Looks for notices that are due, whichever process wrote them, and has several clients told at once: one that is slow keeps back its own notices, and no others.
/// </summary>
internal sealed partial class LogoutDispatcher(IServiceScopeFactory scopes, TimeProvider time, ILogger<LogoutDispatcher> logger) : BackgroundService
{
    private const int ClientsAtOnce = 32;

    // Then others have their turn.
    private const int BatchesInTurn = 25;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _turns = new(ClientsAtOnce);
    private readonly Dictionary<string, Task> _deliveries = [];
    private volatile string? _interruption;

    public override void Dispose()
    {
        _turns.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await WaitAsync(stoppingToken))
        {
            try
            {
                foreach (var client in await DueClientsAsync(stoppingToken))
                {
                    _deliveries.Add(client, DeliverAsync(client, stoppingToken));
                }
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                Interrupted(exception, stoppingToken);
            }
        }

        // What was claimed is sent and written down: no longer than one attempt.
        await Task.WhenAll(_deliveries.Values);
    }

    private async Task<bool> WaitAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(PollInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !stoppingToken.IsCancellationRequested;
    }

    // Of the clients that are being told just now nobody has to ask.
    private async Task<IEnumerable<string>> DueClientsAsync(CancellationToken cancellationToken)
    {
        foreach (var (client, _) in _deliveries.Where(delivery => delivery.Value.IsCompleted).ToList())
        {
            _deliveries.Remove(client);
        }

        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<NoticeQueue>().DueClientsAsync([.. _deliveries.Keys], cancellationToken);
    }

    private async Task DeliverAsync(string client, CancellationToken stoppingToken)
    {
        try
        {
            await _turns.WaitAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        try
        {
            var isMore = true;
            for (var batches = 0; isMore && batches < BatchesInTurn && !stoppingToken.IsCancellationRequested; batches++)
            {
                await using var scope = scopes.CreateAsyncScope();
                isMore = await scope.ServiceProvider.GetRequiredService<NoticeDelivery>().DeliverAsync(client, stoppingToken);
            }

            _interruption = null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // What was claimed is taken up again when the claim has ended.
            Interrupted(exception, stoppingToken);
        }
        finally
        {
            _turns.Release();
        }
    }

    // The database is away, and told of once.
    private void Interrupted(Exception exception, CancellationToken stoppingToken)
    {
        var reason = exception.GetBaseException().Message;
        if (reason != _interruption && !stoppingToken.IsCancellationRequested)
        {
            _interruption = reason;
            LogInterrupted(reason);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Clients that have to be told of closed sessions wait: {Reason}")]
    private partial void LogInterrupted(string reason);
}
