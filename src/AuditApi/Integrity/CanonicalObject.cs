using System.Globalization;
using System.Text;

namespace UserDomain.AuditApi.Integrity;

/// <summary>Writes a JSON object of texts, whole numbers, booleans and nulls in the canonical form of RFC 8785.</summary>
/// <remarks>Members have to be added in the order of their names, which for names of ASCII is the order of their bytes.</remarks>
public sealed class CanonicalObject
{
    private readonly StringBuilder _text = new("{", capacity: 1024);
    private string? _last;

    /// <summary>Adds a text or null.</summary>
    public CanonicalObject Add(string name, string? value)
    {
        Begin(name);
        if (value is null)
        {
            _text.Append("null");
        }
        else
        {
            Quote(value);
        }

        return this;
    }

    /// <summary>Adds a text that objects of an earlier version do not have, and so none where there is none.</summary>
    public CanonicalObject AddUnlessNull(string name, string? value) => value is null ? this : Add(name, value);

    /// <summary>Adds a whole number, of at most 53 bits as all of JSON's.</summary>
    public CanonicalObject Add(string name, long value)
    {
        Begin(name);
        _text.Append(CultureInfo.InvariantCulture, $"{value}");
        return this;
    }

    /// <summary>Adds true or false.</summary>
    public CanonicalObject Add(string name, bool value)
    {
        Begin(name);
        _text.Append(value ? "true" : "false");
        return this;
    }

    /// <summary>The object.</summary>
    public override string ToString() => _text + "}";

    private void Begin(string name)
    {
        if (string.CompareOrdinal(_last, name) >= 0)
        {
            throw new ArgumentException($"'{name}' belongs before '{_last}'.", nameof(name));
        }

        if (_last is not null)
        {
            _text.Append(',');
        }

        _last = name;
        Quote(name);
        _text.Append(':');
    }

    // RFC 8785 section 3.2.2.2: what JSON has to escape, in the shortest way it has, and nothing else.
    private void Quote(string value)
    {
        _text.Append('"');
        foreach (var character in value)
        {
            _ = character switch
            {
                '"' => _text.Append("\\\""),
                '\\' => _text.Append("\\\\"),
                '\b' => _text.Append("\\b"),
                '\f' => _text.Append("\\f"),
                '\n' => _text.Append("\\n"),
                '\r' => _text.Append("\\r"),
                '\t' => _text.Append("\\t"),
                < ' ' => _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => _text.Append(character),
            };
        }

        _text.Append('"');
    }
}
