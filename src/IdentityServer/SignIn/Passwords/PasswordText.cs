using System.Text;

namespace UserDomain.IdentityServer.SignIn.Passwords;

/// <summary>
/// A password in the one form that is hashed (NFKC), so that a keyboard which composes accents and one which does not give the
/// same password. A class, not a record: a record would print what it holds.
/// </summary>
internal sealed class PasswordText
{
    /// <summary>In Unicode code points, after normalising.</summary>
    public const int MaximumLength = 256;

    // No composed character decomposes canonically into more than four; what is longer cannot become short enough.
    private const int MaximumTypedLength = 4 * MaximumLength;

    private PasswordText(string typed, string normalized)
    {
        Typed = typed;
        Normalized = normalized;
    }

    /// <summary>As it arrived; only hashes made elsewhere are compared with it.</summary>
    public string Typed { get; }

    public string Normalized { get; }

    /// <summary>The smaller of both lengths: a single U+FDFA normalises to 18 letters and is still one character to guess.</summary>
    public int Length => Math.Min(CodePoints(Typed), CodePoints(Normalized));

    /// <summary>Gives the password, or null and the reason why it can be nobody's.</summary>
    public static PasswordText? Read(string typed, out PasswordProblem problem)
    {
        problem = typed.Length == 0 ? PasswordProblem.TooShort : PasswordProblem.TooLong;
        if (typed.Length is 0 or > MaximumTypedLength)
        {
            return null;
        }

        if (!IsText(typed))
        {
            problem = PasswordProblem.NotText;
            return null;
        }

        var normalized = typed.Normalize(NormalizationForm.FormKC);
        return CodePoints(normalized) <= MaximumLength ? new PasswordText(typed, normalized) : null;
    }

    // Normalising throws on unpaired surrogates, and encoding would turn each of them into the same replacement character.
    private static bool IsText(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var consumed) != System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            text = text[consumed..];
        }

        return true;
    }

    private static int CodePoints(string text) => text.EnumerateRunes().Count();
}
