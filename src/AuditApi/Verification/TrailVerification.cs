using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.Heads;
using UserDomain.AuditApi.Integrity;
using UserDomain.AuditApi.Subjects;
using UserDomain.AuditApi.Tree;

namespace UserDomain.AuditApi.Verification;

/// <summary>
/// Computes the trail anew from the events as they are, and compares: with the hash beside each, with the tiles, and with the signed heads, of which the
/// newest is known outside of the database as well (AUD-03).
/// </summary>
internal sealed class TrailVerification(AuditContext store, HeadKey key, HeadsFile file, SubjectKeys subjects)
{
    /// <summary>How many events a call looks at.</summary>
    public const long MostEvents = 200_000;

    private const int MostHeads = 20_000;
    private const int BatchSize = 4 * TreeTile.Width;

    public async Task<VerificationResponse> VerifyAsync(long from, long to, CancellationToken cancellationToken)
    {
        var last = await store.AuditEvents.MaxAsync(audit => (long?)audit.Sequence, cancellationToken) ?? 0;
        var newest = await NewestHeadAsync(cancellationToken);
        var size = Math.Max(last, newest);
        var end = Math.Min(to, size);
        if (end - from >= MostEvents)
        {
            end = from + MostEvents - 1;
        }

        end = Math.Min(end, await LastOfHeadsAsync(from, cancellationToken) ?? end);
        if (end < from)
        {
            return new(Intact: true, from, from - 1, Next: null, Head: null, Finding: null);
        }

        var heads = new HeadChecks(await HeadsAsync(from - 1, end, cancellationToken), (await key.GetAsync(store, cancellationToken)).Verifier, from - 1);
        var finding = from == 1 ? await FindForeignAsync(cancellationToken) : null;
        finding ??= await FindAsync(heads, new(store, last), new(from, end, last, newest), cancellationToken);
        return new(finding is null, from, end, finding is null && end < Math.Min(to, size) ? end + 1 : null, heads.ToResponse(), finding);
    }

    private async Task<long> NewestHeadAsync(CancellationToken cancellationToken)
    {
        var stored = await store.Heads.MaxAsync(head => (long?)head.Size, cancellationToken) ?? 0;
        return Math.Max(stored, file.Newest((await key.GetAsync(store, cancellationToken)).Verifier)?.Size ?? 0);
    }

    // Where there was one event a second, each has a head of its own.
    private Task<long?> LastOfHeadsAsync(long from, CancellationToken cancellationToken) =>
        store.Heads.Where(head => head.Size >= from).OrderBy(head => head.Size).Skip(MostHeads).Select(head => (long?)head.Size).FirstOrDefaultAsync(cancellationToken);

    // Of all that are looked at, and the first that proves what comes after the last of them.
    private async Task<List<KnownHead>> HeadsAsync(long above, long end, CancellationToken cancellationToken)
    {
        var stored = store.Heads.AsNoTracking();
        var within = await stored.Where(head => head.Size >= above && head.Size < end).ToListAsync(cancellationToken);
        var next = await stored.Where(head => head.Size >= end).OrderBy(head => head.Size).Take(1).ToListAsync(cancellationToken);
        List<KnownHead> heads = [.. within.Concat(next).Select(head => new KnownHead(head.Size, head.Root, head.Note))];
        if (file.Newest((await key.GetAsync(store, cancellationToken)).Verifier) is { } outside && outside.Size >= above && (outside.Size <= end || next.Count == 0))
        {
            heads.Add(outside);
        }

        return heads;
    }

    // No place of the trail, and so no event of it.
    private async Task<Finding?> FindForeignAsync(CancellationToken cancellationToken) =>
        await store.AuditEvents.Where(audit => audit.Sequence < 1).MinAsync(audit => (long?)audit.Sequence, cancellationToken) is { } foreign ? Finding.Added(foreign) : null;

    private async Task<Finding?> FindAsync(HeadChecks heads, TreeReader stored, Part part, CancellationToken cancellationToken)
    {
        if (part.From > part.Last + 1)
        {
            return Finding.Missing(part.Last + 1, part.NewestHead);
        }

        MerkleFrontier tree;
        try
        {
            tree = await stored.Proofs(cancellationToken).FrontierAsync(part.From - 1);
        }
        catch (BrokenTreeException)
        {
            return Finding.Tree(1, part.From - 1);
        }

        var rows = new RowChecks(store, stored, heads, new(store, subjects), part.NewestHead);
        if (heads.NextSize == tree.Size && heads.Check(tree) is { } before)
        {
            return before;
        }

        while (tree.Size < part.To)
        {
            var upTo = Math.Min(part.To, (tree.Size / BatchSize * BatchSize) + BatchSize);
            if (await rows.CheckAsync(tree, upTo, cancellationToken) is { } finding)
            {
                return finding;
            }
        }

        return await rows.ProveAsync(tree, cancellationToken);
    }

    private sealed record Part(long From, long To, long Last, long NewestHead);
}
