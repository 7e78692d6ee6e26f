using System.Globalization;
using System.Security.Cryptography;
using NSec.Cryptography;

namespace UserDomain.IdentityServer.SignIn.Passwords;

/// <summary>
/// Argon2id (RFC 9106) in the PHC string format. Ours: <c>$argon2id$v=19$m=19456,t=2,p=1,keyid=ID$SALT$TAG</c>, computed over the
/// peppered password. Made elsewhere: the same without <c>keyid</c>, computed over the password. libsodium, on which this rests,
/// knows one lane (<c>p=1</c>) and salts of 16 bytes only, so nothing else is accepted.
/// </summary>
internal sealed class Argon2Hash : StoredHash
{
    private const long CurrentMemory = 19456;
    private const long CurrentPasses = 2;
    private const int CurrentTagBytes = 32;
    private const long MaximumMemory = 256 * 1024;
    private const long MaximumPasses = 10;
    private const int SaltBytes = 16;
    private const int MinimumTagBytes = 16;
    private const int MaximumTagBytes = 64;

    private readonly long _memory;
    private readonly long _passes;
    private readonly byte[] _salt;
    private readonly byte[] _tag;

    private Argon2Hash(long memory, long passes, string? keyId, byte[] salt, byte[] tag)
        : base(keyId)
    {
        _memory = memory;
        _passes = passes;
        _salt = salt;
        _tag = tag;
    }

    public static string Create(ReadOnlySpan<byte> secret, string keyId)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var tag = Derive(CurrentMemory, CurrentPasses, secret, salt, CurrentTagBytes);
        return string.Create(CultureInfo.InvariantCulture,
            $"$argon2id$v=19$m={CurrentMemory},t={CurrentPasses},p=1,keyid={keyId}${UnpaddedBase64.Encode(salt)}${UnpaddedBase64.Encode(tag)}");
    }

    /// <summary>What no password matches, at the cost of one that could.</summary>
    public static Argon2Hash OfNobody(string keyId) =>
        new(CurrentMemory, CurrentPasses, keyId, RandomNumberGenerator.GetBytes(SaltBytes), RandomNumberGenerator.GetBytes(CurrentTagBytes));

    public override bool Matches(ReadOnlySpan<byte> secret) =>
        CryptographicOperations.FixedTimeEquals(Derive(_memory, _passes, secret, _salt, _tag.Length), _tag);

    public override bool IsCurrent(PasswordOptions options) => options.Algorithm == PasswordOptions.Argon2id
        && _memory == CurrentMemory && _passes == CurrentPasses && _tag.Length == CurrentTagBytes;

    public static Argon2Hash? ParseArgon2(string encoded) =>
        encoded.Split('$') is ["", "argon2id", "v=19", var parameters, var salt, var tag]
        && parameters.Split(',') is [var memory, var passes, "p=1", .. var rest]
        && Number(memory, "m=", 8, MaximumMemory) is { } m
        && Number(passes, "t=", 1, MaximumPasses) is { } t
        && TryKeyId(rest, out var keyId)
        && UnpaddedBase64.Decode(salt) is { Length: SaltBytes } saltBytes
        && UnpaddedBase64.Decode(tag) is { Length: >= MinimumTagBytes and <= MaximumTagBytes } tagBytes
            ? new Argon2Hash(m, t, keyId, saltBytes, tagBytes)
            : null;

    private static bool TryKeyId(string[] parameters, out string? keyId)
    {
        const string prefix = "keyid=";
        keyId = parameters is [var only] && only.StartsWith(prefix, StringComparison.Ordinal) ? only[prefix.Length..] : null;
        return parameters.Length == 0 || (keyId is not null && Pepper.IsKeyId(keyId));
    }

    private static long? Number(string parameter, string prefix, long minimum, long maximum) =>
        parameter.StartsWith(prefix, StringComparison.Ordinal)
        && long.TryParse(parameter.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= minimum && number <= maximum
            ? number
            : null;

    private static byte[] Derive(long memory, long passes, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> salt, int bytes)
    {
        var parameters = new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = memory, NumberOfPasses = passes };
        HashingMetrics.Count(PasswordOptions.Argon2id, string.Create(CultureInfo.InvariantCulture, $"m={memory},t={passes}"));
        return PasswordBasedKeyDerivationAlgorithm.Argon2id(parameters).DeriveBytes(secret, salt, bytes);
    }
}
