using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.Integrity;

namespace UserDomain.AuditApi.Tree;

/// <summary>
/// 256 neighbouring hashes of one height of the tree (https://c2sp.org/tlog-tiles): on level 0 those of events, on level 1 those of complete tiles
/// of level 0 and so on. Only full ones are kept, and written once.
/// </summary>
public sealed class TreeTile
{
    /// <summary>How many levels of the tree are between two of tiles.</summary>
    public const int Height = 8;

    /// <summary>How many hashes a tile has.</summary>
    public const int Width = 1 << Height;

    /// <summary>Level: the height of its hashes, divided by 8.</summary>
    public required int Level { get; init; }

    /// <summary>Which of its level, from the left, from 0.</summary>
    public required long Index { get; init; }

    /// <summary>The hashes, one after the other.</summary>
    public required byte[] Hashes { get; init; }

    /// <summary>The hash above them.</summary>
    public required byte[] Root { get; init; }

    /// <summary>A tile of so many hashes.</summary>
    public static TreeTile Of(int level, long index, byte[][] hashes) => new()
    {
        Level = level,
        Index = index,
        Hashes = [.. hashes.SelectMany(hash => hash)],
        Root = MerkleTree.Above(hashes),
    };
}

/// <summary>Maps the tiles.</summary>
internal static class TreeTileModel
{
    public static void AddTree(this ModelBuilder model) => model.Entity<TreeTile>(tile =>
    {
        tile.ToTable("audit_tree_tiles");
        tile.HasKey(row => new { row.Level, row.Index });
    });
}
