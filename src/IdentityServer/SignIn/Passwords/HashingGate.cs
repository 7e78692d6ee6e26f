namespace UserDomain.IdentityServer.SignIn.Passwords;

/// <summary>
/// Bounds how much of the machine goes into hashing: a flood of sign-ins is refused at the gate instead of starving everything else.
/// </summary>
internal sealed class HashingGate(HashingGateLimits limits, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _places = new(limits.AtOnce, limits.AtOnce);
    private readonly BackgroundScheduler _threads = new("Password hashing", limits.AtOnce);
    private int _waiting;

    /// <summary>When a refused caller may try again: by then everyone who waits now has been served or refused.</summary>
    public TimeSpan RetryAfter => limits.Wait;

    /// <summary>Runs the work beside that of others, at once or after a short wait, or refuses it.</summary>
    /// <exception cref="OperationCanceledException">The caller has gone; work that was begun is finished first and keeps its place.</exception>
    public async Task<GateResult<T>> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_places.Wait(0, CancellationToken.None) && !await WaitAsync(cancellationToken))
        {
            return GateResult<T>.Refused;
        }

        try
        {
            return GateResult<T>.Of(await Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _threads));
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose()
    {
        _threads.Dispose();
        _places.Dispose();
    }

    private async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(limits.Wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            if (Interlocked.Increment(ref _waiting) > limits.Waiting)
            {
                return false;
            }

            await _places.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
