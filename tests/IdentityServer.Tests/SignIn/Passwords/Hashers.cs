using UserDomain.IdentityServer.SignIn.Passwords;

namespace UserDomain.IdentityServer.Tests.SignIn.Passwords;

/// <summary>Hashers as an installation would have them, with bcrypt at its lowest cost to keep the tests short.</summary>
internal static class Hashers
{
    public const string Phrase = "correct horse battery staple";

    public static readonly byte[] OwnPepper = [.. Enumerable.Range(1, 32).Select(value => (byte)value)];
    public static readonly byte[] OtherPepper = [.. Enumerable.Range(2, 32).Select(value => (byte)value)];

    public static readonly PasswordHasher Argon2id = Make(PasswordOptions.Argon2id);
    public static readonly PasswordHasher Bcrypt = Make(PasswordOptions.Bcrypt);
    public static readonly PasswordHasher OtherInstallation = Make(PasswordOptions.Argon2id, OtherPepper);

    public static PasswordHasher Make(string algorithm, byte[]? pepper = null, int bcryptCost = 10) =>
        new(new PasswordOptions { Algorithm = algorithm, BcryptCost = bcryptCost }, pepper ?? OwnPepper);

    public static PasswordHasher Of(string algorithm) => algorithm == PasswordOptions.Bcrypt ? Bcrypt : Argon2id;
}
