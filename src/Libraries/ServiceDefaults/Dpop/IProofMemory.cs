namespace UserDomain.ServiceDefaults.Dpop;

/// <summary>Remembers which proofs were used (RFC 9449 section 11.1), so that each is good once.</summary>
public interface IProofMemory
{
    /// <summary>Uses a proof, in one step: of two attempts at once only one succeeds.</summary>
    /// <param name="proof">A proof that was checked.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was new.</returns>
    ValueTask<bool> TakeAsync(DpopProof proof, CancellationToken cancellationToken);
}

/// <summary>What a proof that comes back is refused with.</summary>
public static class DpopReplay
{
    /// <summary>The refusal.</summary>
    public static readonly DpopRefusal Refusal = new(DpopErrors.InvalidProof, "The proof was used before: make a new one for each request.");
}
