using System.Buffers.Binary;

namespace UserDomain.AuditApi.Integrity;

/// <summary>A text and its signatures (https://c2sp.org/signed-note).</summary>
public static class SignedNote
{
    internal const string SignatureStart = "\u2014 ";
    private const int SignatureBytes = 4 + 64;
    private const int LongestNote = 4096;

    /// <summary>The text of a note one of whose signatures is by a key.</summary>
    /// <returns>The text with its last line break; null if it is no note or the key has not signed it.</returns>
    public static string? Open(string note, NoteVerifier verifier)
    {
        var end = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (note.Length > LongestNote || end < 0 || end + 2 >= note.Length || !note.EndsWith('\n'))
        {
            return null;
        }

        var text = note[..(end + 1)];
        return note[(end + 2)..^1].Split('\n').Any(line => IsBy(verifier, line, text)) ? text : null;
    }

    private static bool IsBy(NoteVerifier verifier, string line, string text)
    {
        Span<byte> signature = stackalloc byte[SignatureBytes + 1];
        return line.StartsWith(SignatureStart, StringComparison.Ordinal)
            && line[SignatureStart.Length..].Split(' ') is [var name, var signed]
            && name == verifier.Name
            && Convert.TryFromBase64String(signed, signature, out var length) && length == SignatureBytes
            && BinaryPrimitives.ReadUInt32BigEndian(signature) == verifier.Id
            && verifier.Verify(text, signature[4..SignatureBytes]);
    }
}

/// <summary>A file of signed notes, each followed by an empty line.</summary>
public static class NoteFile
{
    /// <summary>The notes of a file, or of its end.</summary>
    public static IEnumerable<string> Split(string text)
    {
        // A note has an empty line before its signatures, and one after them begins the next.
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var start = 0;
        for (var end = 1; end < lines.Length; end++)
        {
            if (lines[end].Length == 0 && lines[end - 1].StartsWith(SignedNote.SignatureStart, StringComparison.Ordinal))
            {
                yield return string.Join('\n', lines[start..end]) + "\n";
                start = end + 1;
            }
        }
    }
}
