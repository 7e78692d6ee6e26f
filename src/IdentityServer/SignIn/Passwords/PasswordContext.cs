namespace UserDomain.IdentityServer.SignIn.Passwords;

/// <summary>Whose password it is to be.</summary>
/// <param name="UserName">The name the user signs in with; it may be an e-mail address.</param>
/// <param name="Email">The e-mail address, if there is one.</param>
/// <param name="HasSecondFactor">Whether a second factor is asked for as well: the password may then be shorter.</param>
internal sealed record PasswordContext(string? UserName, string? Email, bool HasSecondFactor)
{
    private const int ShortestWord = 4;

    /// <summary>What somebody who knows the user tries first, folded.</summary>
    public IReadOnlyCollection<string> Words()
    {
        string?[] sources = ["userdomain", LocalPart(UserName), LocalPart(Email)];
        return [.. sources.OfType<string>().SelectMany(Parts).Select(FoldedPassword.LettersAndDigits)
            .Where(word => word.Length >= ShortestWord).Distinct()];
    }

    private static string? LocalPart(string? name) => name?.Split('@', 2)[0];

    private static IEnumerable<string> Parts(string name) => [name, .. name.Split(['.', '-', '_', '+', ' '])];
}
