using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace UserDomain.ServiceDefaults.Validation;

/// <summary>
/// Text, or texts, on one line. PostgreSQL cannot store U+0000, and the other control characters would let a value forge lines in
/// whatever shows it, or turn the direction of what is written around it.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
public sealed class PlainTextAttribute : ValidationAttribute
{
    /// <inheritdoc />
    public override bool IsValid(object? value) => value switch
    {
        null => true,
        string text => !text.Any(IsForbidden),
        IEnumerable<string?> texts => texts.All(text => text is not null && !text.Any(IsForbidden)),
        _ => false,
    };

    /// <inheritdoc />
    public override string FormatErrorMessage(string name) => $"{name} may not hold line breaks, other control characters or nulls.";

    private static bool IsForbidden(char character) => char.GetUnicodeCategory(character)
            is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
