using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using UserDomain.ServiceDefaults.Errors;
using UserDomain.ServiceDefaults.Secrets;

namespace UserDomain.ServiceDefaults.Lists;

/// <summary>
/// Signs cursors (API-02), so that a client can only hand back a position it was given, and only to the list and filter it was given for.
/// </summary>
/// <param name="root">The key the signature key is derived from.</param>
public sealed class CursorCodec(KeyEncryptionKey root)
{
    private const int SignatureBytes = 16;

    // Nobody sees the text, and escaped, a name of another script would be twice as long.
    private static readonly JsonSerializerOptions Shortest = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly byte[] _key = root.Derive("list-cursor");

    /// <summary>The cursor for a position.</summary>
    /// <param name="list">The list and its filter, as in <c>users?query=ann</c>.</param>
    /// <param name="position">The sort key of the last item.</param>
    public string Encode(string list, params string[] position)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(position, Shortest);
        return Base64Url.EncodeToString([.. Sign(list, payload), .. payload]);
    }

    /// <summary>Reads where a page of a list with a single sort key begins.</summary>
    /// <param name="list">The list and its filter, as given to <see cref="Encode"/>.</param>
    /// <param name="page">What was asked for.</param>
    /// <param name="after">The sort key of the last item before the page; null for the first page.</param>
    /// <returns>The refusal of a cursor that was not made for this list; null when the page can be read.</returns>
    public ProblemHttpResult? Refuse(string list, PageQuery page, out string? after)
    {
        var refusal = Refuse(list, page, keys: 1, out var position);
        after = position?[0];
        return refusal;
    }

    /// <summary>The same of a list with several.</summary>
    /// <param name="list">The list and its filter.</param>
    /// <param name="page">What was asked for.</param>
    /// <param name="keys">How many.</param>
    /// <param name="position">Those of the last item before the page; null for the first page.</param>
    /// <returns>The refusal of a cursor that was not made for this list, or by a version that sorted it otherwise; null when the page can be read.</returns>
    public ProblemHttpResult? Refuse(string list, PageQuery page, int keys, out string[]? position)
    {
        position = page.Cursor is { Length: > 0 } cursor ? Decode(list, cursor) : null;
        return string.IsNullOrEmpty(page.Cursor) || position?.Length == keys
            ? null
            : Problem.Invalid("cursor", "The cursor was not made for this list and filter: leave it out to begin at the first page.");
    }

    // Null if it was not made for this list.
    private string[]? Decode(string list, string cursor)
    {
        if (!Base64Url.IsValid(cursor))
        {
            return null;
        }

        var bytes = Base64Url.DecodeFromChars(cursor);
        return bytes.Length > SignatureBytes && CryptographicOperations.FixedTimeEquals(bytes.AsSpan(0, SignatureBytes), Sign(list, bytes.AsSpan(SignatureBytes)))
            ? JsonSerializer.Deserialize<string[]>(bytes.AsSpan(SignatureBytes), Shortest)
            : null;
    }

    private ReadOnlySpan<byte> Sign(string list, ReadOnlySpan<byte> payload) =>
        HMACSHA256.HashData(_key, (byte[])[.. Encoding.UTF8.GetBytes(list), 0, .. payload]).AsSpan(0, SignatureBytes);
}
