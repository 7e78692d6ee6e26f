using System.Numerics;

namespace UserDomain.AuditApi.Integrity;

/// <summary>A tree that grows to the right, of which only the complete subtrees at its right edge are kept: one hash for each bit of its size.</summary>
public sealed class MerkleFrontier
{
    private readonly List<byte[]> _subtrees;

    /// <summary>The empty tree.</summary>
    public MerkleFrontier()
        : this(0, [])
    {
    }

    /// <summary>A tree that has grown already.</summary>
    /// <param name="size">How many leaves it has.</param>
    /// <param name="subtrees">Its complete subtrees from left to right, each smaller than the one before.</param>
    public MerkleFrontier(long size, IEnumerable<byte[]> subtrees)
    {
        Size = size;
        _subtrees = [.. subtrees];
        if (BitOperations.PopCount((ulong)size) != _subtrees.Count || _subtrees.Exists(hash => hash.Length != MerkleTree.HashBytes))
        {
            throw new ArgumentException($"A tree of {size} leaves has another number of complete subtrees, each a hash.", nameof(subtrees));
        }
    }

    /// <summary>How many leaves it has.</summary>
    public long Size { get; private set; }

    /// <summary>Its complete subtrees from left to right.</summary>
    public IReadOnlyList<byte[]> Subtrees => _subtrees;

    /// <summary>Adds a leaf.</summary>
    /// <param name="leafHash">Its hash.</param>
    public void Add(byte[] leafHash)
    {
        var hash = leafHash;
        for (var size = Size; (size & 1) == 1; size >>= 1)
        {
            hash = MerkleTree.NodeHash(_subtrees[^1], hash);
            _subtrees.RemoveAt(_subtrees.Count - 1);
        }

        _subtrees.Add(hash);
        Size++;
    }

    /// <summary>The root of the tree as it is.</summary>
    public byte[] Root()
    {
        if (_subtrees.Count == 0)
        {
            return MerkleTree.EmptyRoot;
        }

        var root = _subtrees[^1];
        for (var index = _subtrees.Count - 2; index >= 0; index--)
        {
            root = MerkleTree.NodeHash(_subtrees[index], root);
        }

        return root;
    }
}
