using System.Collections.Frozen;

namespace UserDomain.IdentityServer.SignIn.Passwords;

/// <summary>The shipped list of passwords that are tried first.</summary>
internal static class CommonPasswords
{
    private static readonly FrozenSet<string> Listed = Load();

    /// <summary>The entries, in no order.</summary>
    public static IReadOnlyCollection<string> All => Listed;

    /// <summary>Whether it is listed, disguised or not, or is a listed one with less than its own length of digits and signs around it.</summary>
    public static bool Contains(string password)
    {
        var core = FoldedPassword.Core(password);
        return IsListed(password) || (core.Length * 2 > password.Length && IsListed(core));
    }

    private static bool IsListed(string password) =>
        Listed.Contains(FoldedPassword.LettersAndDigits(password)) || Listed.Contains(FoldedPassword.Undisguised(password));

    private static FrozenSet<string> Load()
    {
        using var stream = typeof(CommonPasswords).Assembly.GetManifestResourceStream(typeof(CommonPasswords), "common-passwords.txt")
            ?? throw new InvalidOperationException("common-passwords.txt is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && line[0] != '#').ToFrozenSet(StringComparer.Ordinal);
    }
}
