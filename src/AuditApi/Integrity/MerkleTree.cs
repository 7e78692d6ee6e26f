using System.Numerics;
using System.Security.Cryptography;

namespace UserDomain.AuditApi.Integrity;

/// <summary>The hashes of a Merkle tree (RFC 9162 section 2.1, the same as RFC 6962 section 2.1), with SHA-256.</summary>
public static class MerkleTree
{
    /// <summary>Length of a hash.</summary>
    public const int HashBytes = SHA256.HashSizeInBytes;

    /// <summary>What the tree of nothing hashes to.</summary>
    public static byte[] EmptyRoot => SHA256.HashData([]);

    /// <summary>The hash of an entry.</summary>
    public static byte[] LeafHash(ReadOnlySpan<byte> entry) => SHA256.HashData([0, .. entry]);

    /// <summary>The hash of two neighbours.</summary>
    public static byte[] NodeHash(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> both = stackalloc byte[1 + (2 * HashBytes)];
        both[0] = 1;
        left.CopyTo(both[1..]);
        right.CopyTo(both[(1 + HashBytes)..]);
        return SHA256.HashData(both);
    }

    /// <summary>The hash above a complete row of 1, 2, 4, 8 ... hashes.</summary>
    public static byte[] Above(ReadOnlySpan<byte[]> row) => row.Length == 1
        ? row[0]
        : NodeHash(Above(row[..(row.Length / 2)]), Above(row[(row.Length / 2)..]));

    /// <summary>The largest power of two below a number that is at least 2: where a tree of that size is split.</summary>
    internal static long SplitOf(long size) => 1L << (63 - BitOperations.LeadingZeroCount((ulong)(size - 1)));
}
