namespace UserDomain.ServiceDefaults.Dpop;

/// <summary>Remembers proofs in this process: for a single one, and for the time Redis is away. When it is full it refuses rather than forgets.</summary>
/// <param name="time">Clock.</param>
/// <param name="mostProofs">How many it holds in one span of <see cref="DpopProofs.Memory"/>, some 100 bytes each.</param>
public sealed class ProcessProofMemory(TimeProvider time, int mostProofs = 500_000) : IProofMemory
{
    private readonly Lock _lock = new();
    private HashSet<string> _current = [];
    private HashSet<string> _previous = [];
    private long _since = time.GetTimestamp();

    /// <inheritdoc />
    public ValueTask<bool> TakeAsync(DpopProof proof, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Forget();
            return new(!_previous.Contains(proof.Id) && _current.Count < mostProofs && _current.Add(proof.Id));
        }
    }

    // Two spans by turns: a proof is remembered for at least one of them, and nothing has to be searched for what is old.
    private void Forget()
    {
        var age = time.GetElapsedTime(_since);
        if (age < DpopProofs.Memory)
        {
            return;
        }

        _previous = age < 2 * DpopProofs.Memory ? _current : [];
        _current = [];
        _since = time.GetTimestamp();
    }
}
