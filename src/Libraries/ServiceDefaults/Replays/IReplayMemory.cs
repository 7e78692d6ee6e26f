namespace UserDomain.ServiceDefaults.Replays;

/// <summary>Remembers what was used, so that it is good once: proofs of possession (RFC 9449 section 11.1), assertions of clients (RFC 7523 section 3).</summary>
public interface IReplayMemory
{
    /// <summary>Uses something, in one step: of two attempts at once only one succeeds.</summary>
    /// <param name="id">What nothing else has: at most 100 characters.</param>
    /// <param name="memory">For how long it would be good again if it were forgotten.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was new.</returns>
    ValueTask<bool> TakeAsync(string id, TimeSpan memory, CancellationToken cancellationToken);
}
