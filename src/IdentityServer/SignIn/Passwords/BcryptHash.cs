using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace UserDomain.IdentityServer.SignIn.Passwords;

/// <summary>
/// bcrypt in the modular crypt format. Ours: <c>$bcrypt-hmac-sha256$keyid=ID</c> followed by <c>$2b$COST$SALT-AND-TAG</c>, computed
/// over the base64 of the peppered password: 44 characters, so neither the limit of 72 bytes nor a zero byte ever cuts a password.
/// Made elsewhere: <c>$2a$</c>, <c>$2b$</c> or <c>$2y$</c> over the password.
/// </summary>
internal sealed class BcryptHash : StoredHash
{
    private const string Prefix = "$bcrypt-hmac-sha256$keyid=";
    private const int KeyIdLength = 8;
    private const int ModularLength = 60;
    private const int SettingsLength = 29;
    private const int MinimumCost = 4;
    private const int MaximumCost = 15;
    private const int MaximumSecretBytes = 72;
    private const string Alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static readonly SearchValues<char> Known = SearchValues.Create(Alphabet);

    private readonly int _cost;
    private readonly string _modular;

    private BcryptHash(string? keyId, int cost, string modular)
        : base(keyId)
    {
        _cost = cost;
        _modular = modular;
    }

    public static string Create(ReadOnlySpan<byte> secret, string keyId, int cost) =>
        Prefix + keyId + Compute(Convert.ToBase64String(secret), BCrypt.Net.BCrypt.GenerateSalt(cost, 'b'));

    /// <summary>What no password matches, at the cost of one that could.</summary>
    public static BcryptHash OfNobody(string keyId, int cost) =>
        new(keyId, cost, BCrypt.Net.BCrypt.GenerateSalt(cost, 'b') + RandomNumberGenerator.GetString(Alphabet, ModularLength - SettingsLength));

    public override bool Matches(ReadOnlySpan<byte> secret)
    {
        var text = KeyId is null ? Encoding.UTF8.GetString(secret) : Convert.ToBase64String(secret);
        var computed = Compute(text, _modular[..SettingsLength]);
        var equal = CryptographicOperations.FixedTimeEquals(Tag(computed), Tag(_modular));

        // Elsewhere the rest of a longer password may have been cut off, and any other rest would be as good.
        return equal && text.Length <= MaximumSecretBytes && (KeyId is not null || secret.Length <= MaximumSecretBytes);
    }

    public override bool IsCurrent(PasswordOptions options) =>
        options.Algorithm == PasswordOptions.Bcrypt && _cost == options.BcryptCost;

    public static BcryptHash? ParseBcrypt(string encoded)
    {
        if (!encoded.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return Modular(null, encoded);
        }

        return encoded.Length == Prefix.Length + KeyIdLength + ModularLength
            && encoded.Substring(Prefix.Length, KeyIdLength) is var keyId && Pepper.IsKeyId(keyId)
            && encoded[^ModularLength..] is var modular && modular.StartsWith("$2b$", StringComparison.Ordinal)
                ? Modular(keyId, modular)
                : null;
    }

    private static BcryptHash? Modular(string? keyId, string modular) =>
        modular.Length == ModularLength
        && modular.AsSpan() is ['$', '2', 'a' or 'b' or 'y', '$', _, _, '$', .. var saltAndTag]
        && !saltAndTag.ContainsAnyExcept(Known)
        && int.TryParse(modular.AsSpan(4, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var cost)
        && cost is >= MinimumCost and <= MaximumCost
            ? new BcryptHash(keyId, cost, modular)
            : null;

    private static string Compute(string text, string settings)
    {
        HashingMetrics.Count(PasswordOptions.Bcrypt, settings.Substring(4, 2));
        return BCrypt.Net.BCrypt.HashPassword(text, settings);
    }

    private static byte[] Tag(string modular) => Encoding.ASCII.GetBytes(modular, SettingsLength, ModularLength - SettingsLength);
}
