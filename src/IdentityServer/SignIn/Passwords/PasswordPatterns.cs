using System.Text;

namespace UserDomain.IdentityServer.SignIn.Passwords;

/// <summary>Passwords that are long and still hold next to nothing.</summary>
internal static class PasswordPatterns
{
    private const int LongestUnit = 4;
    private const int ShortestRun = 3;

    /// <summary>One unit of up to four characters over and over; the last may be cut.</summary>
    public static bool IsRepetition(string password)
    {
        Rune[] runes = [.. FoldedPassword.Lower(password).EnumerateRunes()];
        return Enumerable.Range(1, LongestUnit).Any(unit =>
            runes.Length >= 2 * unit && runes.AsSpan(unit).SequenceEqual(runes.AsSpan(0, runes.Length - unit)));
    }

    /// <summary>Nothing but runs of at least three that stay, rise or fall by one, as abcdef, 987654 and 8901.</summary>
    public static bool IsSequence(string password)
    {
        Rune[] runes = [.. FoldedPassword.Lower(password).EnumerateRunes()];
        for (var start = 0; start < runes.Length;)
        {
            var run = RunLength(runes.AsSpan(start));
            if (run < ShortestRun)
            {
                return false;
            }

            start += run;
        }

        return runes.Length > 0;
    }

    private static int RunLength(ReadOnlySpan<Rune> runes)
    {
        if (runes.Length < ShortestRun || Step(runes[0], runes[1]) is not { } step)
        {
            return 1;
        }

        var length = 2;
        while (length < runes.Length && Step(runes[length - 1], runes[length]) == step)
        {
            length++;
        }

        return length;
    }

    private static int? Step(Rune from, Rune to) => (to.Value - from.Value, from.Value, to.Value) switch
    {
        ( >= -1 and <= 1 and var step, _, _) => step,
        (_, '9', '0') => 1,
        (_, '0', '9') => -1,
        _ => null,
    };
}
