namespace UserDomain.IdentityServer.SignIn.Passwords;

/// <summary>A parsed hash whose parameters are within bounds: checking a password against it costs a known amount at most.</summary>
internal abstract class StoredHash(string? keyId)
{
    private const int MaximumEncodedLength = 256;

    /// <summary>Names the pepper; null for a hash made elsewhere, without one.</summary>
    public string? KeyId => keyId;

    /// <summary>Compares in constant time.</summary>
    /// <param name="secret">The peppered password, or the UTF-8 password where there is no key id.</param>
    public abstract bool Matches(ReadOnlySpan<byte> secret);

    /// <summary>Whether new hashes have the same algorithm and parameters.</summary>
    public abstract bool IsCurrent(PasswordOptions options);

    /// <summary>Null for an unknown or malformed hash and for one that would cost too much.</summary>
    public static StoredHash? Parse(string encoded) =>
        encoded.Length > MaximumEncodedLength ? null : (StoredHash?)Argon2Hash.ParseArgon2(encoded) ?? BcryptHash.ParseBcrypt(encoded);
}
