using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.Integrity;
using UserDomain.AuditApi.Tree;
using UserDomain.Database;

namespace UserDomain.AuditApi.Heads;

/// <summary>Signs how the trail is now.</summary>
internal sealed class TrailSeal(AuditContext store, HeadKey key, HeadsFile file, TimeProvider time)
{
    public async Task<long> SizeAsync(CancellationToken cancellationToken) =>
        await store.AuditEvents.MaxAsync(audit => (long?)audit.Sequence, cancellationToken) ?? 0;

    public Task<TrailHead?> NewestAsync(CancellationToken cancellationToken) =>
        store.Heads.AsNoTracking().OrderByDescending(head => head.Size).FirstOrDefaultAsync(cancellationToken);

    /// <summary>Makes a head of a size, if the trail still leads to the newest there is: whoever has changed it does not get a signature for that.</summary>
    /// <returns>The head; null if it is there already.</returns>
    /// <exception cref="BrokenTreeException">The trail is another one than was signed before.</exception>
    public async Task<TrailHead?> SealAsync(long size, CancellationToken cancellationToken)
    {
        var signer = await key.GetAsync(store, cancellationToken);
        var proofs = new TreeReader(store, size).Proofs(cancellationToken);
        var newest = await NewestAsync(cancellationToken);
        await RefuseAnotherAsync(proofs, size, newest?.Size, newest?.Root);
        if (newest?.Size == size)
        {
            return null;
        }

        var outside = file.Newest(signer.Verifier);
        await RefuseAnotherAsync(proofs, size, outside?.Size, outside?.Root);
        var said = new Checkpoint(key.Origin, size, await proofs.RootAsync(size), time.GetStoredNow());
        var head = new TrailHead { Size = size, Root = said.Root, Time = said.Time, Note = signer.Sign(said.Format()) };
        return await store.TryInsertAsync(head, cancellationToken) ? head : null;
    }

    private static async Task RefuseAnotherAsync(MerkleProofs proofs, long size, long? before, byte[]? root)
    {
        if (before > size || (before is not null && !(await proofs.RootAsync(before.Value)).AsSpan().SequenceEqual(root)))
        {
            throw new BrokenTreeException($"The trail of {size} events does not go on from the signed head of {before} events.");
        }
    }
}
