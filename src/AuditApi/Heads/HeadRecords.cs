namespace UserDomain.AuditApi.Heads;

/// <summary>A signed head of the trail.</summary>
/// <param name="Size">How many events there were.</param>
/// <param name="RootHash">The root of the Merkle tree of them, base64.</param>
/// <param name="Time">When it was signed.</param>
/// <param name="Note">The head as a signed note, as https://c2sp.org/tlog-checkpoint has it.</param>
public sealed record HeadResponse(long Size, string RootHash, DateTimeOffset Time, string Note)
{
    internal static HeadResponse Of(TrailHead head) => new(head.Size, Convert.ToBase64String(head.Root), head.Time, head.Note);
}
