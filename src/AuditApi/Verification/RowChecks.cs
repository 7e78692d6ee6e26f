using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.AuditApi.Integrity;
using UserDomain.AuditApi.Tree;

namespace UserDomain.AuditApi.Verification;

/// <summary>Goes through events batch by batch, and adds to a tree what each hashes to now.</summary>
internal sealed class RowChecks(AuditContext store, TreeReader stored, HeadChecks heads, SealChecks seals, long newestHead)
{
    // Tiles that say something else of events than these themselves and the hashes beside them: who is right, the next head says.
    private Finding? _doubt;

    // Whether an event that does not open is the one that was appended, the next head says as well.
    private Finding? _unopened;

    /// <summary>Checks the events that come after those of the tree.</summary>
    /// <param name="tree">What was checked before.</param>
    /// <param name="upTo">The last of the batch, at the latest the last of a tile.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public async Task<Finding?> CheckAsync(MerkleFrontier tree, long upTo, CancellationToken cancellationToken)
    {
        var first = tree.Size + 1;
        var (rows, unreadable) = await ReadAsync(first, upTo, cancellationToken);
        var tiles = await TilesAsync(first, upTo, cancellationToken);
        var opened = await seals.CheckAsync(rows, cancellationToken);
        foreach (var row in rows)
        {
            if (row.Sequence != tree.Size + 1)
            {
                break;
            }

            var leaf = CanonicalEvent.LeafHash(row);
            _unopened ??= opened.GetValueOrDefault(row.Sequence);
            if (await CheckAsync(row, leaf, tiles, cancellationToken) is { } finding)
            {
                return _doubt ?? finding;
            }

            tree.Add(leaf);
            var hole = tree.Size % TreeTile.Width == 0 ? CheckTile((tree.Size / TreeTile.Width) - 1, tiles) : null;
            if ((hole ?? CheckHead(tree)) is { } found)
            {
                return found;
            }
        }

        return tree.Size == upTo ? await UpperTiles.CheckAsync(store, first, upTo, cancellationToken)
            : _doubt is not null ? _doubt
            : unreadable == tree.Size + 1 ? Finding.Unreadable(unreadable)
            : Finding.Missing(tree.Size + 1, Math.Min(upTo, (rows.Find(row => row.Sequence > tree.Size)?.Sequence ?? long.MaxValue) - 1));
    }

    /// <summary>Proves what was checked by the next head, which has more events: of those between, their stored hashes are believed.</summary>
    public async Task<Finding?> ProveAsync(MerkleFrontier tree, CancellationToken cancellationToken)
    {
        try
        {
            while (heads.NextSize is { } size && tree.Size < size)
            {
                var count = (int)Math.Min(size - tree.Size, TreeTile.Width);
                foreach (var leaf in await TreeReader.LeavesAsync(store, tree.Size + 1, count, cancellationToken))
                {
                    tree.Add(leaf);
                }
            }
        }
        catch (BrokenTreeException)
        {
            return Finding.Missing(tree.Size + 1, heads.NextSize!.Value);
        }

        return heads.Check(tree) ?? _doubt ?? _unopened;
    }

    private async Task<Finding?> CheckAsync(AuditEvent row, byte[] leaf, Dictionary<long, TreeTile> tiles, CancellationToken cancellationToken)
    {
        var index = row.Sequence - 1;
        var kept = tiles.TryGetValue(index / TreeTile.Width, out var tile) && tile.Hashes.Length == TreeTile.Width * MerkleTree.HashBytes
            ? tile.Hashes.AsMemory((int)(index % TreeTile.Width) * MerkleTree.HashBytes, MerkleTree.HashBytes)
            : null;
        var fitsRow = row.LeafHash is null || row.LeafHash.AsSpan().SequenceEqual(leaf);
        var fitsTile = kept.IsEmpty || kept.Span.SequenceEqual(leaf);
        if (fitsRow && fitsTile)
        {
            return row.LeafHash is null && row.Sequence > newestHead ? Finding.Added(row.Sequence) : null;
        }

        if (!fitsRow && fitsTile && !kept.IsEmpty)
        {
            _doubt ??= Finding.Tree(row.Sequence, row.Sequence);
            return null;
        }

        if (fitsRow && !await IsRightAsync(tile!, cancellationToken))
        {
            _doubt ??= CheckTile(tile!.Index, tiles) ?? Finding.Tree(row.Sequence, row.Sequence);
            return null;
        }

        return await Places.FindAsync(store, row, cancellationToken) is { } original ? Finding.OutOfOrder(row.Sequence, original) : Finding.Changed(row.Sequence);
    }

    private static Finding? CheckTile(long index, Dictionary<long, TreeTile> tiles)
    {
        var (first, last) = ((index * TreeTile.Width) + 1, (index + 1) * TreeTile.Width);
        return tiles.TryGetValue(index, out var tile) && IsWhole(tile) ? null : Finding.Tree(first, last);
    }

    private static bool IsWhole(TreeTile tile) => tile.Hashes.Length == TreeTile.Width * MerkleTree.HashBytes
        && tile.Root.AsSpan().SequenceEqual(MerkleTree.Above([.. tile.Hashes.Chunk(MerkleTree.HashBytes)]));

    private Finding? CheckHead(MerkleFrontier tree)
    {
        if (heads.NextSize != tree.Size)
        {
            return null;
        }

        return heads.Check(tree) ?? _doubt ?? _unopened;
    }

    // Whether the stored tree leads to the next head, by way of this tile.
    private async Task<bool> IsRightAsync(TreeTile tile, CancellationToken cancellationToken)
    {
        if (heads.NextHead is not { } head || !IsWhole(tile))
        {
            return false;
        }

        try
        {
            return (await stored.Proofs(cancellationToken).RootAsync(head.Size)).AsSpan().SequenceEqual(head.Root);
        }
        catch (BrokenTreeException)
        {
            return false;
        }
    }

    private async Task<(List<AuditEvent> Rows, long Unreadable)> ReadAsync(long first, long last, CancellationToken cancellationToken)
    {
        var rows = store.AuditEvents.AsNoTracking().OrderBy(audit => audit.Sequence);
        try
        {
            return (await rows.Where(audit => audit.Sequence >= first && audit.Sequence <= last).ToListAsync(cancellationToken), 0);
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            // A value that is none of its type any more keeps the whole batch from being read.
            List<AuditEvent> readable = [];
            for (var sequence = first; sequence <= last; sequence++)
            {
                try
                {
                    readable.AddRange(await rows.Where(audit => audit.Sequence == sequence).ToListAsync(cancellationToken));
                }
                catch (Exception one) when (IsUnreadable(one))
                {
                    return (readable, sequence);
                }
            }

            throw;
        }
    }

    // A database that does not answer says nothing of what is in it; what it said may be wrapped by whoever asked.
    private static bool IsUnreadable(Exception exception) =>
        exception is not (DbException or OperationCanceledException or TimeoutException) && (exception.InnerException is null || IsUnreadable(exception.InnerException));

    private Task<Dictionary<long, TreeTile>> TilesAsync(long first, long last, CancellationToken cancellationToken)
    {
        var (from, to) = ((first - 1) / TreeTile.Width, (last - 1) / TreeTile.Width);
        return store.TreeTiles.AsNoTracking().Where(tile => tile.Level == 0 && tile.Index >= from && tile.Index <= to).ToDictionaryAsync(tile => tile.Index, cancellationToken);
    }
}
