namespace UserDomain.IdentityServer.Keys;

/// <summary>Keeps the ring of this process that of the store: so soon that a withdrawn key is refused within seconds, long before an announced one is used.</summary>
internal sealed partial class KeyRingWatch(IServiceScopeFactory scopes, TimeProvider time, ILogger<KeyRingWatch> logger) : BackgroundService
{
    /// <summary>How long a change can be unknown to a replica.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        string? interruption = null;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<KeyRotation>().TurnAsync(stoppingToken);
                interruption = null;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                var reason = exception.GetBaseException().Message;
                if (reason != interruption)
                {
                    interruption = reason;
                    LogKept(reason);
                }
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The key ring could not be looked up; the one in use is kept: {Reason}")]
    private partial void LogKept(string reason);
}
