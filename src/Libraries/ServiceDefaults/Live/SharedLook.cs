namespace UserDomain.ServiceDefaults.Live;

/// <summary>A question that many feeds have at once: it is asked once for all of them, and a few times a second at most.</summary>
/// <typeparam name="T">The answer.</typeparam>
/// <param name="look">Asks.</param>
public sealed class SharedLook<T>(Func<CancellationToken, Task<T>> look) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(200);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private (T Answer, long At)? _last;

    /// <summary>An answer that is not older than a fifth of a second.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<T> GetAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_last is not { } last || TimeProvider.System.GetElapsedTime(last.At) >= Fresh)
            {
                last = (await look(cancellationToken), TimeProvider.System.GetTimestamp());
                _last = last;
            }

            return last.Answer;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _gate.Dispose();
}
