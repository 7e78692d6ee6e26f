using UserDomain.ServiceDefaults.Replays;

namespace UserDomain.ServiceDefaults.Dpop;

/// <summary>Takes each proof once.</summary>
public static class DpopReplay
{
    /// <summary>What a proof that comes back is refused with.</summary>
    public static readonly DpopRefusal Refusal = new(DpopErrors.InvalidProof, "The proof was used before: make a new one for each request.");

    /// <summary>Uses a proof that was checked.</summary>
    /// <param name="memory">What remembers it.</param>
    /// <param name="proof">The proof.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was new.</returns>
    public static ValueTask<bool> TakeAsync(this IReplayMemory memory, DpopProof proof, CancellationToken cancellationToken) =>
        memory.TakeAsync(proof.Id, DpopProofs.Memory, cancellationToken);
}
