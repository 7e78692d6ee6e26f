namespace UserDomain.IdentityServer.Protocol.Device;

/// <summary>
/// What a person copies from a device (RFC 8628 section 6.1): eight of twenty letters, none a vowel, so that they spell no word and are not
/// taken for one another. That is 34.5 bits; with a thousand devices waiting and all the guesses the server lets through, a whole day of
/// guessing hits one with a probability below 1 %.
/// </summary>
internal static class UserCode
{
    public const int Length = 8;

    /// <summary>How it is shown: two groups of four.</summary>
    public const string DisplayFormat = "{0}{1}{2}{3}-{4}{5}{6}{7}";

    private const string Letters = "BCDFGHJKLMNPQRSTVWXZ";
    private const int MaxTyped = 64;

    public static readonly string[] Charset = [.. Letters.Select(letter => letter.ToString())];

    /// <summary>The letters of a code as it was typed, in either case, with or without dashes and spaces; null if it cannot be one.</summary>
    public static string? Read(string? typed)
    {
        if (typed is null or { Length: > MaxTyped })
        {
            return null;
        }

        var letters = string.Concat(typed.Where(letter => !IsSeparator(letter)).Select(char.ToUpperInvariant));
        return letters.Length == Length && letters.All(Letters.Contains) ? letters : null;
    }

    /// <summary>As the device shows it.</summary>
    public static string Show(string letters) => $"{letters[..4]}-{letters[4..]}";

    // Phones write other dashes than the one on the keyboard.
    private static bool IsSeparator(char letter) => char.IsWhiteSpace(letter) || char.GetUnicodeCategory(letter) == System.Globalization.UnicodeCategory.DashPunctuation;
}
