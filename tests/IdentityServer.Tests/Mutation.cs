using System.Text;
using CsCheck;

namespace UserDomain.IdentityServer.Tests;

/// <summary>What becomes of a text by chance. A run that fails says the seed it began with: set CsCheck_Seed to it to have it again.</summary>
internal static class Mutation
{
    private const string Alphabet = "ABCXYZabcxyz0189-_=.+/ ,:?#&%@[]\"\\\u00e9\0";

    /// <summary>One to three edits, for any text: a character is changed or put in, a part is cut out or doubled.</summary>
    public static Gen<Func<string, string>> Any { get; } =
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 9999], Gen.Int[0, Alphabet.Length - 1]).Array[1, 3]
            .Select(edits => (Func<string, string>)(text => edits.Aggregate(text, Edit)));

    private static string Edit(string text, (int Kind, int At, int Pick) edit)
    {
        if (text.Length == 0)
        {
            return text;
        }

        var at = edit.At % text.Length;
        var changed = new StringBuilder(text);
        return (edit.Kind switch
        {
            0 => changed.Remove(at, 1).Insert(at, Alphabet[edit.Pick]),
            1 => changed.Insert(at, Alphabet[edit.Pick]),
            2 => changed.Remove(at, Math.Min(1 + edit.Pick, text.Length - at)),
            _ => changed.Insert(at, text.AsSpan(at / 2, Math.Min(40, text.Length - (at / 2)))),
        }).ToString();
    }
}
