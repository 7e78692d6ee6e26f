namespace UserDomain.IdentityServer.SignIn.Passwords;

/// <summary>
/// What a new password must be (LOG-01): long, and not among the first guesses. No rule asks for digits or symbols (NIST SP 800-63B).
/// </summary>
internal static class PasswordPolicy
{
    /// <summary>Characters of a password that is the only factor.</summary>
    public const int MinimumLength = 15;

    /// <summary>Characters of a password beside a second factor.</summary>
    public const int MinimumLengthWithSecondFactor = 12;

    /// <summary>Everything that is wrong with a new password; nothing if it may be used.</summary>
    public static IReadOnlyList<PasswordProblem> Check(string password, PasswordContext context) =>
        PasswordText.Read(password, out var problem) is { } text ? [.. Problems(text, context)] : [problem];

    private static IEnumerable<PasswordProblem> Problems(PasswordText text, PasswordContext context)
    {
        if (text.Length < (context.HasSecondFactor ? MinimumLengthWithSecondFactor : MinimumLength))
        {
            yield return PasswordProblem.TooShort;
        }

        if (CommonPasswords.Contains(text.Normalized))
        {
            yield return PasswordProblem.Common;
        }

        if (IsMostly(context.Words(), FoldedPassword.LettersAndDigits(text.Normalized)))
        {
            yield return PasswordProblem.MadeOfKnownWords;
        }

        if (PasswordPatterns.IsRepetition(text.Normalized))
        {
            yield return PasswordProblem.Repetition;
        }

        if (PasswordPatterns.IsSequence(text.Normalized))
        {
            yield return PasswordProblem.Sequence;
        }
    }

    private static bool IsMostly(IEnumerable<string> words, string folded)
    {
        var known = new bool[folded.Length];
        foreach (var word in words)
        {
            for (var at = folded.IndexOf(word, StringComparison.Ordinal); at >= 0;
                 at = folded.IndexOf(word, at + 1, StringComparison.Ordinal))
            {
                known.AsSpan(at, word.Length).Fill(true);
            }
        }

        return known.Count(letter => letter) * 2 > folded.Length;
    }
}
