using System.Globalization;
using System.Text;

namespace UserDomain.IdentityServer.SignIn.Passwords;

/// <summary>Brings passwords into the form in which a guesser thinks of them.</summary>
internal static class FoldedPassword
{
    private const string Disguises = "4@310!5$7";
    private const string Disguised = "aaeioisst";

    public static string Lower(string text) =>
        CultureInfo.InvariantCulture.TextInfo.ToLower(text.IsNormalized(NormalizationForm.FormKC) ? text : text.Normalize(NormalizationForm.FormKC));

    /// <summary>Without case, spaces and punctuation.</summary>
    public static string LettersAndDigits(string text) => string.Concat(Lower(text).EnumerateRunes().Where(Rune.IsLetterOrDigit));

    /// <summary>As <see cref="LettersAndDigits"/>, with p@55w0rd read as password.</summary>
    public static string Undisguised(string text) => LettersAndDigits(string.Concat(Lower(text).Select(Undisguise)));

    /// <summary>Without the digits and punctuation around it.</summary>
    public static string Core(string text)
    {
        var lower = Lower(text);
        var letters = Enumerable.Range(0, lower.Length).Where(at => !char.IsAscii(lower[at]) || char.IsAsciiLetter(lower[at])).ToList();
        return letters.Count == 0 ? "" : lower[letters[0]..(letters[^1] + 1)];
    }

    private static char Undisguise(char letter) => Disguises.IndexOf(letter) is >= 0 and var place ? Disguised[place] : letter;
}
