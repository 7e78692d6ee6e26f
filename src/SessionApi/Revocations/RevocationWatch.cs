using UserDomain.Database;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Sessions;

namespace UserDomain.SessionApi.Revocations;

/// <summary>
/// Watches the log for all streams of a replica: one short question to the database a few times a second, however many follow, and none while nobody does.
/// </summary>
internal sealed partial class RevocationWatch(IServiceScopeFactory scopes, ILogger<RevocationWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan BetweenSigns = TimeSpan.FromSeconds(1);

    // Longer than any transaction takes: what is committed late has a number above the base, and is counted.
    private static readonly TimeSpan BetweenBases = TimeSpan.FromMinutes(2);

    private readonly Statement _extent = new(
        "SELECT CAST(COALESCE(SUM(number), 0) AS bigint), COALESCE(MAX(number), 0) FROM {revocations} WHERE number > @base", new StatementParameter("base", typeof(Revocation), nameof(Revocation.Number)));

    private TaskCompletionSource _sign = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _listeners;
    private long _changes;
    private Extent? _known;

    /// <summary>Counts what was seen to change. Read before the log is read, it tells afterwards whether that has to be done again.</summary>
    public long Changes => Volatile.Read(ref _changes);

    /// <summary>Has the log watched until what is returned is disposed of.</summary>
    public IDisposable Listen()
    {
        if (Interlocked.Increment(ref _listeners) == 1)
        {
            Volatile.Write(ref _known, null);
        }

        return new Listener(this);
    }

    /// <summary>Waits until the log has more entries than a reader knows of, or, once a second, until it is certain that it has not.</summary>
    /// <param name="changes">The <see cref="Changes"/> the reader has taken in.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The changes there are now.</returns>
    public async Task<long> NextAsync(long changes, CancellationToken cancellationToken)
    {
        var sign = Volatile.Read(ref _sign).Task;
        if (Changes == changes)
        {
            await sign.WaitAsync(cancellationToken);
        }

        return Changes;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (signedAt, basedAt) = (0L, TimeProvider.System.GetTimestamp());
        var (from, next) = (0L, 0L);
        string? interruption = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            if (Volatile.Read(ref _listeners) > 0)
            {
                try
                {
                    var extent = await MeasureAsync(from, stoppingToken);
                    if (IsNews(extent) || TimeProvider.System.GetElapsedTime(signedAt) >= BetweenSigns)
                    {
                        signedAt = TimeProvider.System.GetTimestamp();
                        Interlocked.Exchange(ref _sign, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
                    }

                    if (TimeProvider.System.GetElapsedTime(basedAt) >= BetweenBases)
                    {
                        basedAt = TimeProvider.System.GetTimestamp();
                        (from, next) = (next, extent.Last);
                    }

                    interruption = null;
                }
                catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
                {
                    // Nobody is told anything: to those who follow it then counts as unknown what is revoked.
                    var reason = exception.GetBaseException().Message;
                    if (reason != interruption)
                    {
                        interruption = reason;
                        LogInterrupted(reason);
                    }
                }
            }

            // By the system's clock: a clock that is moved must not stand still between two questions.
            await Task.Delay(Interval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private bool IsNews(Extent extent)
    {
        if (Interlocked.Exchange(ref _known, extent) == extent)
        {
            return false;
        }

        Interlocked.Increment(ref _changes);
        return true;
    }

    private async Task<Extent> MeasureAsync(long from, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<IdentityStoreContext>();
        return (await _extent.ReadAsync(store, [from], row => new Extent(from, row.GetInt64(0), row.GetInt64(1)), cancellationToken))!;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The revocation log cannot be watched: {Reason}")]
    private partial void LogInterrupted(string reason);

    // By their sum, entries that come late and others that are forgotten meanwhile do not pass for each other, as they would by their count.
    private sealed record Extent(long From, long Sum, long Last);

    private sealed class Listener(RevocationWatch watch) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref watch._listeners);
    }
}
