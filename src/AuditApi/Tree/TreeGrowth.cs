using Microsoft.EntityFrameworkCore;

namespace UserDomain.AuditApi.Tree;

/// <summary>Writes the tiles that new events have filled.</summary>
internal static class TreeGrowth
{
    /// <summary>
    /// Brings the tiles up to a size, in the transaction of the events that made it so. One appended event in 256 costs a question more; where a version without
    /// tree has appended, all tiles it has not written come now.
    /// </summary>
    public static async Task GrowAsync(AuditContext store, long size, CancellationToken cancellationToken)
    {
        for (var level = 0; size >> ((level + 1) * TreeTile.Height) is > 0 and var full; level++)
        {
            var done = await store.TreeTiles.Where(tile => tile.Level == level).MaxAsync(tile => (long?)tile.Index, cancellationToken) + 1 ?? 0;
            for (var index = done; index < full; index++)
            {
                var hashes = level == 0
                    ? await TreeReader.LeavesAsync(store, (index * TreeTile.Width) + 1, TreeTile.Width, cancellationToken)
                    : await TreeReader.RootsAsync(store, level - 1, index * TreeTile.Width, TreeTile.Width, cancellationToken);
                store.TreeTiles.Add(TreeTile.Of(level, index, hashes));
                await store.SaveChangesAsync(cancellationToken);
                store.ChangeTracker.Clear();
            }
        }
    }
}
