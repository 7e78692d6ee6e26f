namespace UserDomain.ServiceDefaults.Replays;

/// <summary>Remembers in this process: for a single one, and for the time Redis is away. When it is full it refuses rather than forgets.</summary>
/// <param name="time">Clock.</param>
/// <param name="span">The longest it is asked to remember something.</param>
/// <param name="most">How much it holds in one span, some 100 bytes each.</param>
public sealed class ProcessReplayMemory(TimeProvider time, TimeSpan span, int most = 500_000) : IReplayMemory
{
    private readonly Lock _lock = new();
    private HashSet<string> _current = [];
    private HashSet<string> _previous = [];
    private long _since = time.GetTimestamp();

    /// <inheritdoc />
    public ValueTask<bool> TakeAsync(string id, TimeSpan memory, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(memory, span);
        lock (_lock)
        {
            Forget();
            return new(!_previous.Contains(id) && _current.Count < most && _current.Add(id));
        }
    }

    // Two spans by turns: everything is remembered for at least one of them, and nothing has to be searched for what is old.
    private void Forget()
    {
        var age = time.GetElapsedTime(_since);
        if (age < span)
        {
            return;
        }

        _previous = age < 2 * span ? _current : [];
        _current = [];
        _since = time.GetTimestamp();
    }
}
