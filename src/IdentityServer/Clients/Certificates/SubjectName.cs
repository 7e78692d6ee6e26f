using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace UserDomain.IdentityServer.Clients.Certificates;

/// <summary>
/// The subject of a certificate as a client registers it (RFC 8705 section 2.1.2, RFC 4514): attributes from the last to the first, compared one by one
/// and to the letter, whatever kind of string the certificate has. More than one attribute in one place, and values in hexadecimal, are not understood.
/// </summary>
internal static class SubjectName
{
    /// <summary>The longest name that is read.</summary>
    public const int MaxLength = 1024;

    // RFC 4514 section 3, and what else occurs in certificates by the names OpenSSL has for it.
    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["CN"] = "2.5.4.3",
        ["L"] = "2.5.4.7",
        ["ST"] = "2.5.4.8",
        ["O"] = "2.5.4.10",
        ["OU"] = "2.5.4.11",
        ["C"] = "2.5.4.6",
        ["STREET"] = "2.5.4.9",
        ["DC"] = "0.9.2342.19200300.100.1.25",
        ["UID"] = "0.9.2342.19200300.100.1.1",
        ["serialNumber"] = "2.5.4.5",
        ["organizationIdentifier"] = "2.5.4.97",
        ["emailAddress"] = "1.2.840.113549.1.9.1",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The attributes of a name as it is written; null if it is none.</summary>
    public static IReadOnlyList<(string Type, string Value)>? Read(string text)
    {
        var attributes = new List<(string, string)>();
        for (var rest = text.Length <= MaxLength ? text.AsSpan() : default; ;)
        {
            if (rest.IndexOf('=') is not (> 0 and var equals) || TypeOf(rest[..equals].Trim()) is not { } type)
            {
                return null;
            }

            rest = rest[(equals + 1)..];
            if (ReadValue(ref rest) is not { } value)
            {
                return null;
            }

            attributes.Add((type, value));
            if (rest.IsEmpty)
            {
                return attributes;
            }

            rest = rest[1..];
        }
    }

    /// <summary>The attributes of a subject; null if they are not understood.</summary>
    public static IReadOnlyList<(string Type, string Value)>? Of(X500DistinguishedName subject)
    {
        try
        {
            var attributes = new List<(string, string)>();
            foreach (var part in subject.EnumerateRelativeDistinguishedNames())
            {
                if (part.HasMultipleElements || part.GetSingleElementValue() is not { } value)
                {
                    return null;
                }

                attributes.Add((part.GetSingleElementType().Value!, value));
            }

            return attributes;
        }
        catch (Exception exception) when (exception is CryptographicException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? TypeOf(ReadOnlySpan<char> name) =>
        Types.TryGetValue(name.ToString(), out var type) ? type
        : name.Contains('.') && name.ToString().All(character => char.IsAsciiDigit(character) || character == '.') ? name.ToString()
        : null;

    // Ends before a comma, or with the text.
    private static string? ReadValue(ref ReadOnlySpan<char> rest)
    {
        rest = rest.TrimStart(' ');
        var bytes = new List<byte>();
        var (index, end) = (0, 0);
        for (; index < rest.Length && rest[index] != ','; index++)
        {
            if (rest[index] == '\\')
            {
                if (Escaped(rest[(index + 1)..]) is not var (escaped, length))
                {
                    return null;
                }

                bytes.Add(escaped);
                index += length;
                end = bytes.Count;
            }
            else if (rest[index] is '+' or '"' or ';' or '<' or '>' or '\0' || (index == 0 && rest[index] == '#') || !Rune.TryGetRuneAt(rest.ToString(), index, out var rune))
            {
                return null;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(rune.ToString()));
                index += rune.Utf16SequenceLength - 1;
                end = rune.Value == ' ' ? end : bytes.Count;
            }
        }

        rest = rest[index..];
        return end == 0 ? null : Encoding.UTF8.GetString([.. bytes.Take(end)]);
    }

    private static (byte Value, int Length)? Escaped(ReadOnlySpan<char> text) => text switch
    {
        [' ' or '#' or '=' or ',' or '+' or '"' or ';' or '<' or '>' or '\\', ..] => ((byte)text[0], 1),
        [_, _, ..] when byte.TryParse(text[..2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) => (value, 2),
        _ => null,
    };
}
