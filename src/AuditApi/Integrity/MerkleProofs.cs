namespace UserDomain.AuditApi.Integrity;

/// <summary>Finds the hash of a complete subtree.</summary>
/// <param name="height">0 for a leaf, 1 for two of them and so on.</param>
/// <param name="index">Which of this height, from the left, from 0.</param>
public delegate Task<byte[]> NodeSource(int height, long index);

/// <summary>Makes proofs (RFC 9162 sections 2.1.3.1 and 2.1.4.1) of a tree whose complete subtrees can be asked for.</summary>
/// <param name="nodes">Where they are asked for.</param>
public sealed class MerkleProofs(NodeSource nodes)
{
    /// <summary>The root of the first leaves.</summary>
    /// <param name="size">How many; at least 1.</param>
    public Task<byte[]> RootAsync(long size) => HashAsync(0, size);

    /// <summary>The right edge of the first leaves.</summary>
    /// <param name="size">How many.</param>
    public async Task<MerkleFrontier> FrontierAsync(long size)
    {
        var subtrees = new List<byte[]>();
        long start = 0;
        for (var height = 62; height >= 0; height--)
        {
            if ((size >> height & 1) == 1)
            {
                subtrees.Add(await nodes(height, start >> height));
                start += 1L << height;
            }
        }

        return new(size, subtrees);
    }

    /// <summary>The hashes that lead from a leaf to the root of the first leaves.</summary>
    /// <param name="index">Which leaf, from 0.</param>
    /// <param name="size">How many leaves the tree has.</param>
    public Task<IReadOnlyList<byte[]>> InclusionAsync(long index, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        return PathAsync(index, 0, size);
    }

    /// <summary>The hashes that show that a tree goes on where a smaller one ended.</summary>
    /// <param name="from">Size of the smaller, at least 1.</param>
    /// <param name="to">Size of the larger.</param>
    public Task<IReadOnlyList<byte[]>> ConsistencyAsync(long from, long to)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(from, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from, to);
        return SubproofAsync(from, 0, to, isWhole: true);
    }

    private async Task<byte[]> HashAsync(long start, long end)
    {
        var size = end - start;
        if ((size & (size - 1)) == 0)
        {
            var height = System.Numerics.BitOperations.TrailingZeroCount(size);
            return await nodes(height, start >> height);
        }

        var split = start + MerkleTree.SplitOf(size);
        var (left, right) = (await HashAsync(start, split), await HashAsync(split, end));
        return MerkleTree.NodeHash(left, right);
    }

    private async Task<IReadOnlyList<byte[]>> PathAsync(long index, long start, long end)
    {
        if (end - start == 1)
        {
            return [];
        }

        var split = start + MerkleTree.SplitOf(end - start);
        return index < split
            ? [.. await PathAsync(index, start, split), await HashAsync(split, end)]
            : [.. await PathAsync(index, split, end), await HashAsync(start, split)];
    }

    private async Task<IReadOnlyList<byte[]>> SubproofAsync(long from, long start, long end, bool isWhole)
    {
        if (from == end)
        {
            return isWhole ? [] : [await HashAsync(start, end)];
        }

        var split = start + MerkleTree.SplitOf(end - start);
        return from <= split
            ? [.. await SubproofAsync(from, start, split, isWhole), await HashAsync(split, end)]
            : [.. await SubproofAsync(from, split, end, isWhole: false), await HashAsync(start, split)];
    }
}
