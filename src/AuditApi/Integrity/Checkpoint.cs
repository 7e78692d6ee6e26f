using System.Globalization;

namespace UserDomain.AuditApi.Integrity;

/// <summary>What a signed head says (https://c2sp.org/tlog-checkpoint).</summary>
/// <param name="Origin">Which trail.</param>
/// <param name="Size">How many events it has.</param>
/// <param name="Root">The root of the tree of them.</param>
/// <param name="Time">When this was so.</param>
public sealed record Checkpoint(string Origin, long Size, byte[] Root, DateTimeOffset Time)
{
    private const string TimeStart = "time ";

    /// <summary>The text that is signed.</summary>
    public string Format() => string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Convert.ToBase64String(Root)}\n{TimeStart}{CanonicalTime.Format(Time)}\n");

    /// <summary>What a note says that a key has signed.</summary>
    /// <returns>Null if the key has not, or not as the origin it says, or the text is no checkpoint of ours.</returns>
    public static Checkpoint? Open(string note, NoteVerifier verifier) =>
        SignedNote.Open(note, verifier) is { } text && Parse(text) is { } read && read.Origin == verifier.Name ? read : null;

    /// <summary>Reads a text; null if it is none.</summary>
    public static Checkpoint? Parse(string text)
    {
        var root = new byte[MerkleTree.HashBytes + 1];
        return text.Split('\n') is [var origin, var size, var hash, var extension, .., ""]
            && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var leaves)
            && Convert.TryFromBase64String(hash, root, out var length) && length == MerkleTree.HashBytes
            && extension.StartsWith(TimeStart, StringComparison.Ordinal)
            && DateTimeOffset.TryParse(extension[TimeStart.Length..], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? new(origin, leaves, root[..MerkleTree.HashBytes], time)
                : null;
    }
}

/// <summary>Times in canonical form: RFC 3339, UTC, six digits of a second, as in <c>2026-01-31T12:00:00.000000Z</c>.</summary>
public static class CanonicalTime
{
    /// <summary>Writes a time.</summary>
    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
