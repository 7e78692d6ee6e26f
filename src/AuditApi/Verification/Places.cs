using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.AuditApi.Tree;

namespace UserDomain.AuditApi.Verification;

/// <summary>Finds the place an event was appended at, when it is at another one.</summary>
internal static class Places
{
    // A hash for each place: this many take a tenth of a second, once in an answer.
    private const long Reach = 20_000;

    /// <returns>The place; null when the event is of none that could be looked at.</returns>
    public static async Task<long?> FindAsync(AuditContext store, AuditEvent row, CancellationToken cancellationToken)
    {
        var first = Math.Max(1, row.Sequence - Reach);
        var tiles = await store.TreeTiles.AsNoTracking()
            .Where(tile => tile.Level == 0 && tile.Index >= first / TreeTile.Width && tile.Index <= (row.Sequence + Reach) / TreeTile.Width)
            .ToDictionaryAsync(tile => tile.Index, tile => tile.Hashes, cancellationToken);
        for (var place = first; place <= row.Sequence + Reach; place++)
        {
            if (place == row.Sequence)
            {
                continue;
            }

            var leaf = CanonicalEvent.LeafHash(row, place);
            if ((row.LeafHash is not null && leaf.AsSpan().SequenceEqual(row.LeafHash)) || IsAt(leaf, place - 1, tiles))
            {
                return place;
            }
        }

        return null;
    }

    private static bool IsAt(byte[] leaf, long index, Dictionary<long, byte[]> tiles) =>
        tiles.TryGetValue(index / TreeTile.Width, out var hashes)
        && hashes.Length == TreeTile.Width * leaf.Length && hashes.AsSpan((int)(index % TreeTile.Width) * leaf.Length).StartsWith(leaf);
}
