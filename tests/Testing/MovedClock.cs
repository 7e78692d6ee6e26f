namespace UserDomain.Testing;

/// <summary>A clock that goes as the real one does and can be moved on. Timers run in real time.</summary>
public sealed class MovedClock : TimeProvider
{
    private long _moved;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _moved));

    /// <summary>Lets time pass.</summary>
    public void Move(TimeSpan time) => Interlocked.Add(ref _moved, time.Ticks);
}
