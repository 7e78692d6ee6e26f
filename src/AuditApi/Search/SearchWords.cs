using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace UserDomain.AuditApi.Search;

/// <summary>What a word is, for events and for questions alike.</summary>
internal static class SearchWords
{
    private const int IPv4Dots = 3;

    // What surrounds an e-mail address in a sentence or a header.
    private static readonly char[] Brackets = ['<', '>', '(', ')', '[', ']', '"', '\'', ',', ';', ':', '.'];

    /// <summary>
    /// The words of a text: letters and digits that follow each other, in lower case and without accents; e-mail addresses, network addresses and UUIDs are one word each.
    /// </summary>
    public static IEnumerable<string> Of(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).SelectMany(piece =>
        AddressIn(piece) is { } address ? [address]
        : Guid.TryParse(piece, out var id) ? [id.ToString()]
        : piece.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at < piece.Length - 1 ? [Fold(piece.Trim(Brackets))]
        : RunsOf(Fold(piece)));

    /// <summary>The words of a value of a state: of its texts. Times would be in nearly every event, and addresses are looked for where the request came from.</summary>
    public static IEnumerable<string> Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.TryGetDateTimeOffset(out _) ? [] : Of(value.GetString()!).Where(word => !IsAddress(word)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Of),
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => Of(member.Value)),
        _ => [],
    };

    /// <summary>Whether a word is a network address.</summary>
    public static bool IsAddress(string word) => AddressIn(word) is not null;

    /// <summary>An address in the one form it is searched by.</summary>
    public static string NormaliseAddress(string address) => AddressIn(address.Trim()) ?? address.Trim().ToLowerInvariant();

    // "7" is an address too for who reads them generously.
    private static string? AddressIn(string text) =>
        (text.Contains(':', StringComparison.Ordinal) || text.Count(character => character == '.') == IPv4Dots) && IPAddress.TryParse(text, out var address)
            ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString()
            : null;

    private static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var character in text.Normalize(NormalizationForm.FormKD).ToLowerInvariant())
        {
            // Combining diacritical marks: the accents of Latin, Greek and Cyrillic letters. Marks of other scripts are vowels.
            if (character is < '\u0300' or > '\u036F')
            {
                _ = character == 'ß' ? folded.Append("ss") : folded.Append(character);
            }
        }

        return folded.ToString();
    }

    private static IEnumerable<string> RunsOf(string text)
    {
        var start = 0;
        for (var end = 0; end <= text.Length; end++)
        {
            if (end < text.Length && IsPartOfWord(text, end))
            {
                continue;
            }

            if (end > start)
            {
                yield return text[start..end];
            }

            start = end + 1;
        }
    }

    private static bool IsPartOfWord(string text, int index) => char.IsSurrogate(text[index]) || char.IsLetterOrDigit(text[index])
        || char.GetUnicodeCategory(text[index]) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
