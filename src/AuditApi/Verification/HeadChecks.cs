using UserDomain.AuditApi.Heads;
using UserDomain.AuditApi.Integrity;

namespace UserDomain.AuditApi.Verification;

/// <summary>A head to be checked: its note, and what is stored beside it.</summary>
internal sealed record KnownHead(long Size, byte[]? Root, string Note);

/// <summary>Holds a tree that grows leaf by leaf against the signed heads, in the order of their sizes.</summary>
/// <param name="heads">The heads.</param>
/// <param name="verifier">Who has signed them.</param>
/// <param name="start">How many events were there already.</param>
internal sealed class HeadChecks(IEnumerable<KnownHead> heads, NoteVerifier verifier, long start)
{
    private readonly Queue<KnownHead> _ahead = new(heads.OrderBy(head => head.Size));
    private long _proved = start == 0 ? 0 : -1;

    /// <summary>The newest head the tree has led to.</summary>
    public Checkpoint? Newest { get; private set; }

    /// <summary>Its note.</summary>
    public string? Note { get; private set; }

    /// <summary>The first event that no head has proved yet.</summary>
    public long FirstUnproved => Math.Max(_proved, 0) + 1;

    /// <summary>How many events the next head has.</summary>
    public long? NextSize => _ahead.TryPeek(out var head) ? head.Size : null;

    /// <summary>What the next head says; null if there is none, or none that is signed.</summary>
    public Checkpoint? NextHead => _ahead.TryPeek(out var head) ? Checkpoint.Open(head.Note, verifier) : null;

    /// <summary>Checks all heads of the size the tree has now.</summary>
    public Finding? Check(MerkleFrontier tree)
    {
        while (_ahead.TryPeek(out var head) && head.Size <= tree.Size)
        {
            _ahead.Dequeue();
            if (Checkpoint.Open(head.Note, verifier) is not { } said)
            {
                return Finding.Head(head.Size, "was not signed with the key of the trail.");
            }

            if (said.Size != head.Size || (head.Root is not null && !said.Root.AsSpan().SequenceEqual(head.Root)))
            {
                return Finding.Head(head.Size, "is not what its signature says.");
            }

            if (said.Size == tree.Size && !said.Root.AsSpan().SequenceEqual(tree.Root()))
            {
                return Finding.ChangedWithin(FirstUnproved, head.Size);
            }

            (_proved, Newest, Note) = (head.Size, said, head.Note);
        }

        return null;
    }
}

/// <summary>Shows heads in answers.</summary>
internal static class CheckedHeads
{
    public static HeadResponse? ToResponse(this HeadChecks heads) =>
        heads.Newest is { } head ? new(head.Size, Convert.ToBase64String(head.Root), head.Time, heads.Note!) : null;
}
