using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.AuditApi.Integrity;

namespace UserDomain.AuditApi.Tree;

/// <summary>
/// The tree as it is stored: full tiles, and at its right edge the hashes of events and of tiles that fill none yet. It believes what is stored;
/// whoever doubts it verifies. Remembers what it has read, for one question.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="size">How many events there are.</param>
internal sealed class TreeReader(AuditContext store, long size)
{
    private readonly Dictionary<(int Level, long Index), byte[][]> _rows = [];

    public MerkleProofs Proofs(CancellationToken cancellationToken) => new((height, index) => NodeAsync(height, index, cancellationToken));

    public async Task<byte[]> NodeAsync(int height, long index, CancellationToken cancellationToken)
    {
        var (level, within) = (height / TreeTile.Height, height % TreeTile.Height);
        var first = index << within;
        var row = await RowAsync(level, first / TreeTile.Width, cancellationToken);
        return MerkleTree.Above(row.AsSpan((int)(first % TreeTile.Width), 1 << within));
    }

    private async Task<byte[][]> RowAsync(int level, long index, CancellationToken cancellationToken)
    {
        if (!_rows.TryGetValue((level, index), out var row))
        {
            var width = (int)Math.Min(TreeTile.Width, (size >> (level * TreeTile.Height)) - (index * TreeTile.Width));
            row = width == TreeTile.Width ? await TileAsync(level, index, cancellationToken) : null;
            row ??= level == 0
                ? await LeavesAsync(store, (index * TreeTile.Width) + 1, width, cancellationToken)
                : await RootsAsync(store, level - 1, index * TreeTile.Width, width, cancellationToken);
            _rows.Add((level, index), row);
        }

        return row;
    }

    private async Task<byte[][]?> TileAsync(int level, long index, CancellationToken cancellationToken)
    {
        var hashes = await store.TreeTiles.Where(tile => tile.Level == level && tile.Index == index).Select(tile => tile.Hashes).FirstOrDefaultAsync(cancellationToken);
        return hashes?.Length == TreeTile.Width * MerkleTree.HashBytes ? [.. hashes.Chunk(MerkleTree.HashBytes)] : null;
    }

    /// <summary>The hashes of events that follow each other. Those from before there was a tree have none, and get theirs here.</summary>
    /// <exception cref="BrokenTreeException">One is missing.</exception>
    public static async Task<byte[][]> LeavesAsync(AuditContext store, long first, int count, CancellationToken cancellationToken)
    {
        var events = store.AuditEvents.AsNoTracking().Where(audit => audit.Sequence >= first && audit.Sequence < first + count).OrderBy(audit => audit.Sequence);
        var hashes = await events.Select(audit => audit.LeafHash).ToArrayAsync(cancellationToken);
        if (Array.IndexOf(hashes, null) >= 0)
        {
            hashes = [.. (await events.ToListAsync(cancellationToken)).Select(audit => audit.LeafHash ?? CanonicalEvent.LeafHash(audit))];
        }

        return Complete(hashes!, count, $"events {first} to {first + count - 1}");
    }

    /// <summary>The hashes above tiles that follow each other.</summary>
    /// <exception cref="BrokenTreeException">One is missing.</exception>
    public static async Task<byte[][]> RootsAsync(AuditContext store, int level, long first, int count, CancellationToken cancellationToken) => Complete(
        await store.TreeTiles.Where(tile => tile.Level == level && tile.Index >= first && tile.Index < first + count)
            .OrderBy(tile => tile.Index).Select(tile => tile.Root).ToArrayAsync(cancellationToken),
        count, $"tiles {first} to {first + count - 1} of level {level}");

    private static byte[][] Complete(byte[][] hashes, int count, string what) => hashes.Length == count && Array.TrueForAll(hashes, hash => hash.Length == MerkleTree.HashBytes)
        ? hashes
        : throw new BrokenTreeException($"Of {what} of the audit trail not all are there.");
}

/// <summary>What the tree is made of is not all there: somebody has deleted from the store.</summary>
/// <param name="message">What is missing.</param>
internal sealed class BrokenTreeException(string message) : Exception(message);
