namespace UserDomain.AuditApi.Integrity;

/// <summary>Checks proofs, without the tree (RFC 9162 sections 2.1.3.2 and 2.1.4.2).</summary>
public static class MerkleCheck
{
    /// <summary>The root a leaf and its path lead to; null if no tree of this size has such a path.</summary>
    /// <param name="leafHash">The leaf.</param>
    /// <param name="index">Which, from 0.</param>
    /// <param name="size">How many leaves the tree has.</param>
    /// <param name="path">The path.</param>
    public static byte[]? RootOf(byte[] leafHash, long index, long size, IReadOnlyList<byte[]> path)
    {
        if (index < 0 || index >= size)
        {
            return null;
        }

        var (node, last, root) = (index, size - 1, leafHash);
        foreach (var hash in path)
        {
            if (last == 0)
            {
                return null;
            }

            if ((node & 1) == 1 || node == last)
            {
                root = MerkleTree.NodeHash(hash, root);
                while ((node & 1) == 0 && node != 0)
                {
                    (node, last) = (node >> 1, last >> 1);
                }
            }
            else
            {
                root = MerkleTree.NodeHash(root, hash);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 ? root : null;
    }

    /// <summary>Whether a proof shows that the larger tree goes on where the smaller ended.</summary>
    /// <param name="from">Size of the smaller, at least 1.</param>
    /// <param name="fromRoot">Its root.</param>
    /// <param name="to">Size of the larger.</param>
    /// <param name="toRoot">Its root.</param>
    /// <param name="proof">The proof.</param>
    public static bool GoesOn(long from, byte[] fromRoot, long to, byte[] toRoot, IReadOnlyList<byte[]> proof)
    {
        if (from < 1 || from >= to)
        {
            return from == to && proof.Count == 0 && fromRoot.AsSpan().SequenceEqual(toRoot);
        }

        IReadOnlyList<byte[]> hashes = (from & (from - 1)) == 0 ? [fromRoot, .. proof] : proof;
        if (hashes.Count == 0)
        {
            return false;
        }

        var (node, last) = (from - 1, to - 1);
        while ((node & 1) == 1)
        {
            (node, last) = (node >> 1, last >> 1);
        }

        var (smaller, larger) = (hashes[0], hashes[0]);
        foreach (var hash in hashes.Skip(1))
        {
            if (last == 0)
            {
                return false;
            }

            if ((node & 1) == 1 || node == last)
            {
                (smaller, larger) = (MerkleTree.NodeHash(hash, smaller), MerkleTree.NodeHash(hash, larger));
                while ((node & 1) == 0 && node != 0)
                {
                    (node, last) = (node >> 1, last >> 1);
                }
            }
            else
            {
                larger = MerkleTree.NodeHash(larger, hash);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 && smaller.AsSpan().SequenceEqual(fromRoot) && larger.AsSpan().SequenceEqual(toRoot);
    }
}
