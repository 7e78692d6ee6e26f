namespace UserDomain.IdentityServer.SignIn.Passwords;

/// <summary>
/// Computes hashes where they hold back no request, and still gets them done on a machine that is never idle: what has not ended in time there is computed once more where it has its share.
/// </summary>
/// <param name="atOnce">Hashes computed at the same time.</param>
/// <param name="time">Clock.</param>
internal sealed class HashingThreads(int atOnce, TimeProvider time) : IDisposable
{
    /// <summary>Ten times what a hash takes on a processor of its own.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    private readonly BackgroundScheduler _whenIdle = new("Hashing, idle", atOnce, ThreadUrgency.WhenIdle);
    private readonly BackgroundScheduler _anyway = new("Hashing", atOnce, ThreadUrgency.Low);
    private int _free = atOnce;

    /// <summary>Computes it.</summary>
    /// <param name="work">May be done twice, also at the same time, and has to come to the same.</param>
    public async Task<T> RunAsync<T>(Func<T> work)
    {
        if (Interlocked.Decrement(ref _free) < 0)
        {
            // The threads are still held up by those before: no idle moment is to be had.
            Interlocked.Increment(ref _free);
            return await _anyway.Run(work);
        }

        var whenIdle = _whenIdle.Run(() =>
        {
            try
            {
                return work();
            }
            finally
            {
                Interlocked.Increment(ref _free);
            }
        });
        return await Task.WhenAny(whenIdle, Task.Delay(Patience, time)) == whenIdle ? await whenIdle : await await Task.WhenAny(whenIdle, _anyway.Run(work));
    }

    public void Dispose()
    {
        _whenIdle.Dispose();
        _anyway.Dispose();
    }
}
