using System.Globalization;
using System.Text;
using System.Text.Json;
using UserDomain.AuditApi.Integrity;
using UserDomain.AuditApi.Verification;

namespace UserDomain.AuditApi.Export;

/// <summary>
/// The events of an export as they come: two trees, one of what the events hash to now and one of the hashes that were kept of them. A head says which is right, and so
/// where an event was changed.
/// </summary>
internal sealed class ExportedEvents(MerkleFrontier before)
{
    private readonly MerkleFrontier _tree = before;
    private readonly MerkleFrontier _kept = new(before.Size, before.Subtrees);
    private readonly List<(byte[] Leaf, string Line)> _recent = [];
    private long _proved = before.Size == 0 ? 0 : -1;
    private (long Sequence, string Line)? _early;
    private Finding? _differs;

    /// <summary>How many events there were up to here.</summary>
    public long Size => _tree.Size;

    /// <summary>Takes an event.</summary>
    public Finding? Take(string line)
    {
        if (SequenceOf(line) is not { } sequence)
        {
            return Unreadable();
        }

        if (_early is { } early)
        {
            return sequence == early.Sequence + 1 ? Finding.Missing(Size + 1, early.Sequence - 1) : Finding.OutOfOrder(Size + 1, early.Sequence);
        }

        if (sequence > Size + 1)
        {
            // Whether those between are missing or come later, the next one says.
            _early = (sequence, line);
            return null;
        }

        if (sequence <= Size)
        {
            return Finding.Added(sequence);
        }

        var leaf = MerkleTree.LeafHash(Encoding.UTF8.GetBytes(line));
        _tree.Add(leaf);
        _recent.Add((leaf, line));
        return null;
    }

    /// <summary>Takes the hashes that were kept of the events since those before.</summary>
    public Finding? TakeLeaves(string text)
    {
        var bytes = new byte[text.Length];
        var leaves = Convert.TryFromBase64String(text, bytes, out var length) ? bytes.AsSpan(0, length).ToArray().Chunk(MerkleTree.HashBytes).ToArray() : [];
        if (leaves.Length == _recent.Count)
        {
            for (var index = 0; index < leaves.Length; index++)
            {
                if (_differs is null && !leaves[index].AsSpan().SequenceEqual(_recent[index].Leaf))
                {
                    _differs = Differs(index, leaves);
                }

                _kept.Add(leaves[index]);
            }
        }

        _recent.Clear();
        return _differs is { What: "out-of-order" } ? _differs : null;
    }

    /// <summary>Says what is missing up to a size.</summary>
    public Finding? Complete(long size) => _early is { } early ? Finding.Missing(Size + 1, early.Sequence - 1)
        : Size < size ? Finding.Missing(Size + 1, size)
        : null;

    /// <summary>Holds the events up to here against a head of as many.</summary>
    public Finding? Compare(Checkpoint head)
    {
        if (head.Size != Size)
        {
            return Finding.Head(head.Size, "stands at another place of the file.");
        }

        if (head.Root.AsSpan().SequenceEqual(_tree.Root()))
        {
            _proved = Size;
            return _differs is { } other ? Finding.Tree(other.Sequence, other.Sequence) : null;
        }

        return _differs is { } changed && _kept.Size == Size && head.Root.AsSpan().SequenceEqual(_kept.Root())
            ? changed
            : Finding.ChangedWithin(Math.Max(_proved, 0) + 1, Size);
    }

    /// <summary>What is said of a line nobody can read.</summary>
    public Finding Unreadable() => Finding.Unreadable(Size + 1);

    private Finding Differs(int index, byte[][] leaves)
    {
        var first = Size - _recent.Count + 1;
        var sequence = first + index;
        for (var place = 0; place < leaves.Length; place++)
        {
            var moved = MerkleTree.LeafHash(Encoding.UTF8.GetBytes(_recent[index].Line.Replace(Member(sequence), Member(first + place), StringComparison.Ordinal)));
            if (place != index && (moved.AsSpan().SequenceEqual(leaves[place]) || moved.AsSpan().SequenceEqual(leaves[index])))
            {
                return Finding.OutOfOrder(sequence, first + place);
            }
        }

        return Finding.Changed(sequence);
    }

    private static string Member(long sequence) => string.Create(CultureInfo.InvariantCulture, $",\"sequence\":{sequence},");

    private static long? SequenceOf(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.TryGetProperty("sequence", out var sequence) && sequence.ValueKind == JsonValueKind.Number && sequence.TryGetInt64(out var number) ? number : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
