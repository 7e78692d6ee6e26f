using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace UserDomain.ServiceDefaults.Dpop;

/// <summary>Verifies a proof by the key it brings along (RFC 9449 section 4.3).</summary>
internal static class ProofSignature
{
    private const int MinModulusBytes = 256;
    private const int MaxModulusBytes = 512;
    private const string UsualExponent = "AQAB";

    private static readonly JsonWebTokenHandler Handler = new();

    // Anybody brings a key: none may stay in the memory the library shares with the keys of tokens.
    private static readonly CryptoProviderFactory Uncached = new() { CacheSignatureProviders = false };

    /// <summary>The key if it is one of those that are accepted and fits the algorithm, in the form its thumbprint is taken of; else null.</summary>
    public static JsonWebKey? KeyOf(ProofHeader header) => header switch
    {
        { Jwk: null or { IsSecret: true } } or { Alg: null } => null,
        { Jwk.Kty: "EC" } when DpopAlgorithms.Curves.TryGetValue(header.Alg, out var curve) => Curve(header.Jwk, curve.Curve, curve.CoordinateBytes),
        { Jwk.Kty: "RSA", Alg: "PS256" } => Rsa(header.Jwk),
        _ => null,
    };

    /// <summary>Whether the key signed the proof.</summary>
    public static async ValueTask<bool> IsValidAsync(string proof, string algorithm, JsonWebKey key)
    {
        var result = await Handler.ValidateTokenAsync(proof, new()
        {
            ValidAlgorithms = [algorithm],
            IssuerSigningKey = key,
            TryAllIssuerSigningKeys = true,
            CryptoProviderFactory = Uncached,
            RequireSignedTokens = true,
            RequireExpirationTime = false,
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
        });
        return result.IsValid;
    }

    private static JsonWebKey? Curve(ProofKey key, string name, int bytes) =>
        key.Crv == name && ProofDocument.Decode(key.X)?.Length == bytes && ProofDocument.Decode(key.Y)?.Length == bytes
            ? new() { Kty = "EC", Crv = name, X = key.X, Y = key.Y }
            : null;

    // No zero in front: the same key would have another thumbprint.
    private static JsonWebKey? Rsa(ProofKey key) =>
        key.E == UsualExponent && ProofDocument.Decode(key.N) is { Length: >= MinModulusBytes and <= MaxModulusBytes } modulus && modulus[0] >= 0x80
            ? new() { Kty = "RSA", N = key.N, E = key.E }
            : null;
}
