using Microsoft.Extensions.Hosting;

namespace UserDomain.ServiceDefaults.Hosting;

/// <summary>
/// Gives memory back to the system when a start or a load is over. The collector runs again only when its first generation is full: left alone, a program with nothing to do keeps what its busiest
/// moment needed.
/// </summary>
public sealed class IdleMemory : IHostedService, IDisposable
{
    private const long Quiet = 1 << 20;
    private const long WorthIt = 8 << 20;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private Timer? _timer;
    private long _seen;
    private long _released;

    /// <summary>Whether hardly anything was allocated since the last look, and much since memory was last given back.</summary>
    /// <param name="allocated">Bytes the program has allocated since it began.</param>
    public bool IsTime(long allocated)
    {
        var isQuiet = allocated - _seen < Quiet;
        _seen = allocated;
        if (!isQuiet || allocated - _released < WorthIt)
        {
            return false;
        }

        _released = allocated;
        return true;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _timer = new(_ => Look(), state: null, Interval, Interval);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private void Look()
    {
        if (IsTime(GC.GetTotalAllocatedBytes()))
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }
}
