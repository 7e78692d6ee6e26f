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

    /// <summary>Makes a head of the trail, if that still leads to the newest there is: whoever has changed it does not get a signature for that.</summary>
    /// <param name="remembered">The newest head this process knows of, whatever has become of the database and the file.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <returns>The newest head, and whether it was made here.</returns>
    /// <exception cref="BrokenTreeException">The trail is another one than was signed before.</exception>
    public async Task<(TrailHead? Head, bool IsNew)> SealAsync(TrailHead? remembered, CancellationToken cancellationToken)
    {
        var signer = await key.GetAsync(store, cancellationToken);
        var newest = await NewestAsync(cancellationToken);
        var outside = file.Newest(signer.Verifier);

        // After the heads: another replica may be signing, and none of them is of more events than there are.
        var size = await SizeAsync(cancellationToken);
        var proofs = new TreeReader(store, size).Proofs(cancellationToken);
        await RefuseAnotherAsync(proofs, size, remembered?.Size, remembered?.Root);
        await RefuseAnotherAsync(proofs, size, newest?.Size, newest?.Root);
        await RefuseAnotherAsync(proofs, size, outside?.Size, outside?.Root);
        if (size == 0 || newest?.Size == size)
        {
            return (newest, false);
        }

        var said = new Checkpoint(signer.Verifier.Name, size, await proofs.RootAsync(size), time.GetStoredNow());
        var head = new TrailHead { Size = size, Root = said.Root, Time = said.Time, Note = signer.Sign(said.Format()) };
        return (head, await store.TryInsertAsync(head, cancellationToken));
    }

    private static async Task RefuseAnotherAsync(MerkleProofs proofs, long size, long? before, byte[]? root)
    {
        if (before > size || (before is not null && !(await proofs.RootAsync(before.Value)).AsSpan().SequenceEqual(root)))
        {
            throw new BrokenTreeException($"The trail of {size} events does not go on from the signed head of {before} events.");
        }
    }
}
