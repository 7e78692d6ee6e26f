using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.Tree;

namespace UserDomain.AuditApi.Verification;

/// <summary>Checks the tiles above those of events, which are full after 65,536 of them.</summary>
internal static class UpperTiles
{
    /// <summary>Checks those that a part of the events has filled.</summary>
    public static async Task<Finding?> CheckAsync(AuditContext store, long first, long last, CancellationToken cancellationToken)
    {
        for (var level = 1; last >> ((level + 1) * TreeTile.Height) is > 0 and var full; level++)
        {
            for (var index = (first - 1) >> ((level + 1) * TreeTile.Height); index < full; index++)
            {
                var shift = (level + 1) * TreeTile.Height;
                var place = Finding.Tree((index << shift) + 1, (index + 1) << shift);
                var tile = await store.TreeTiles.AsNoTracking().FirstOrDefaultAsync(row => row.Level == level && row.Index == index, cancellationToken);
                try
                {
                    var roots = await TreeReader.RootsAsync(store, level - 1, index * TreeTile.Width, TreeTile.Width, cancellationToken);
                    var right = TreeTile.Of(level, index, roots);
                    if (tile is null || !tile.Hashes.AsSpan().SequenceEqual(right.Hashes) || !tile.Root.AsSpan().SequenceEqual(right.Root))
                    {
                        return place;
                    }
                }
                catch (BrokenTreeException)
                {
                    return place;
                }
            }
        }

        return null;
    }
}
