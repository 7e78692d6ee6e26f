namespace UserDomain.IdentityServer.Clients.Keys;

/// <summary>
/// The key set at one address. It is asked for once at a time, whoever waits for it, and at most every <see cref="Pause"/>, whatever strangers send;
/// while asking fails, the last good one holds for another <see cref="Grace"/>.
/// </summary>
/// <param name="fetch">Asks for it; null if that failed, else the set and for how long it is said to hold.</param>
/// <param name="time">Clock.</param>
internal sealed class FetchedKeySet(Func<Task<(ClientKeySet Keys, TimeSpan? Lifetime)?>> fetch, TimeProvider time)
{
    /// <summary>The time between two attempts.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>For how long a set is good that says nothing of it.</summary>
    public static readonly TimeSpan UsualLifetime = TimeSpan.FromMinutes(5);

    /// <summary>For how long a set is used at least before it is asked for again without need, whatever it says.</summary>
    public static readonly TimeSpan ShortestLifetime = TimeSpan.FromMinutes(1);

    /// <summary>For how long a set is used at most, whatever it says: a key that was taken out of it is gone then.</summary>
    public static readonly TimeSpan LongestLifetime = TimeSpan.FromMinutes(15);

    /// <summary>For how long a set is used when it cannot be had anew.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private ClientKeySet? _keys;
    private DateTimeOffset _goodUntil;
    private DateTimeOffset _usedUntil;
    private DateTimeOffset _nextAttempt;
    private Task? _attempt;

    /// <summary>The set, as long as it is good or nothing newer can be had; null if there is none.</summary>
    public async ValueTask<ClientKeySet?> GetAsync(CancellationToken cancellationToken)
    {
        if (Current(good: true) is { } keys)
        {
            return keys;
        }

        await RenewAsync(cancellationToken);
        return Current(good: false);
    }

    /// <summary>The set as it is now, because one that was seen has not the key that is looked for; null if it is the same, or it was asked for a moment ago.</summary>
    public async ValueTask<ClientKeySet?> GetOtherThanAsync(ClientKeySet? seen, CancellationToken cancellationToken)
    {
        if (Current(good: true) == seen)
        {
            await RenewAsync(cancellationToken);
        }

        return Current(good: true) is { } keys && keys != seen ? keys : null;
    }

    private ClientKeySet? Current(bool good)
    {
        lock (_lock)
        {
            return time.GetUtcNow() < (good ? _goodUntil : _usedUntil) ? _keys : null;
        }
    }

    private Task RenewAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_attempt is not { IsCompleted: false })
            {
                var now = time.GetUtcNow();
                if (now < _nextAttempt)
                {
                    return Task.CompletedTask;
                }

                _nextAttempt = now + Pause;
                _attempt = AttemptAsync();
            }

            return _attempt.WaitAsync(cancellationToken);
        }
    }

    private async Task AttemptAsync()
    {
        // Not under the lock of whoever begins it.
        await Task.Yield();
        if (await fetch() is not var (keys, lifetime))
        {
            return;
        }

        lock (_lock)
        {
            var good = lifetime ?? UsualLifetime;
            _keys = keys;
            _goodUntil = time.GetUtcNow() + (good < ShortestLifetime ? ShortestLifetime : good > LongestLifetime ? LongestLifetime : good);
            _usedUntil = _goodUntil + Grace;
        }
    }
}
