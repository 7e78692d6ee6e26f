using System.Security.Cryptography;
using System.Text;

namespace UserDomain.IdentityServer.SignIn.Passwords;

/// <summary>
/// Hashes and checks passwords (LOG-02). Slow on purpose: call it through <see cref="HashingGate"/>. Each check costs a full hash
/// whatever the account looks like, so that the time of an answer does not tell which accounts exist.
/// </summary>
internal sealed class PasswordHasher
{
    private readonly PasswordOptions _options;
    private readonly Pepper _pepper;
    private readonly StoredHash _nobodys;

    public PasswordHasher(PasswordOptions options, ReadOnlyMemory<byte> pepper)
    {
        _options = options;
        _pepper = new Pepper(pepper);
        _nobodys = options.Algorithm == PasswordOptions.Bcrypt
            ? BcryptHash.OfNobody(_pepper.KeyId, options.BcryptCost)
            : Argon2Hash.OfNobody(_pepper.KeyId);
    }

    /// <exception cref="ArgumentException">Empty, more than 256 characters, or not Unicode text: the policy refuses all of these.</exception>
    public string Hash(string password)
    {
        var text = PasswordText.Read(password, out var problem)
            ?? throw new ArgumentException($"The password cannot be hashed: {problem}.", nameof(password));
        var secret = _pepper.Apply(text);
        try
        {
            return _options.Algorithm == PasswordOptions.Bcrypt
                ? BcryptHash.Create(secret, _pepper.KeyId, _options.BcryptCost)
                : Argon2Hash.Create(secret, _pepper.KeyId);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Checks a password. A hash that cannot be checked is wrong after the usual time, never an exception.</summary>
    /// <param name="encodedHash">The stored hash; null for an account without a password.</param>
    /// <param name="password">As typed.</param>
    public PasswordCheck Verify(string? encodedHash, string password)
    {
        if (PasswordText.Read(password, out _) is not { } text)
        {
            return PasswordCheck.Wrong;
        }

        if (encodedHash is null || Usable(encodedHash) is not { } hash)
        {
            MatchesPeppered(_nobodys, text);
            return PasswordCheck.Wrong;
        }

        if (hash.KeyId is null)
        {
            return MatchesImported(hash, text) ? PasswordCheck.CorrectButOutdated : PasswordCheck.Wrong;
        }

        return !MatchesPeppered(hash, text) ? PasswordCheck.Wrong
            : hash.IsCurrent(_options) ? PasswordCheck.Correct
            : PasswordCheck.CorrectButOutdated;
    }

    /// <summary>The same work for an account that does not exist.</summary>
    public PasswordCheck VerifyNothing(string password) => Verify(null, password);

    /// <summary>Whether a hash from a seed file or an import can be checked here, at a bearable cost.</summary>
    public bool IsAccepted(string encodedHash) => Usable(encodedHash) is not null;

    private StoredHash? Usable(string encodedHash) =>
        StoredHash.Parse(encodedHash) is { } hash && (hash.KeyId is null || hash.KeyId == _pepper.KeyId) ? hash : null;

    private bool MatchesPeppered(StoredHash hash, PasswordText password)
    {
        var secret = _pepper.Apply(password);
        try
        {
            return hash.Matches(secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    // Other systems seldom normalise: a password with ² or ´ in it was hashed as typed.
    private static bool MatchesImported(StoredHash hash, PasswordText password) =>
        MatchesPlain(hash, password.Typed)
        || (password.Typed != password.Normalized && MatchesPlain(hash, password.Normalized));

    private static bool MatchesPlain(StoredHash hash, string password)
    {
        var secret = Encoding.UTF8.GetBytes(password);
        try
        {
            return hash.Matches(secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}
