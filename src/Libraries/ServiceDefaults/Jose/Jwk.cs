using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.IdentityModel.Tokens;

namespace UserDomain.ServiceDefaults.Jose;

/// <summary>A key of somebody else's (RFC 7517): its public members, and the private and symmetric ones, which must not be there.</summary>
/// <param name="Kty">Type.</param>
/// <param name="Crv">Curve.</param>
/// <param name="X">First coordinate.</param>
/// <param name="Y">Second coordinate.</param>
/// <param name="N">Modulus.</param>
/// <param name="E">Exponent.</param>
public sealed record Jwk(string? Kty, string? Crv, string? X, string? Y, string? N, string? E)
{
    private const int MinModulusBytes = 256;
    private const int MaxModulusBytes = 512;
    private const string UsualExponent = "AQAB";

    /// <summary>Name.</summary>
    public string? Kid { get; init; }

    /// <summary>What it is for.</summary>
    public string? Use { get; init; }

    /// <summary>The one algorithm it is for.</summary>
    public string? Alg { get; init; }

    /// <summary>Its certificate, and those it is issued by.</summary>
    public JsonElement? X5c { get; init; }

    /// <summary>Private member.</summary>
    public JsonElement? D { get; init; }

    /// <summary>Private member.</summary>
    public JsonElement? P { get; init; }

    /// <summary>Private member.</summary>
    public JsonElement? Q { get; init; }

    /// <summary>Private member.</summary>
    public JsonElement? Dp { get; init; }

    /// <summary>Private member.</summary>
    public JsonElement? Dq { get; init; }

    /// <summary>Private member.</summary>
    public JsonElement? Qi { get; init; }

    /// <summary>Private member.</summary>
    public JsonElement? Oth { get; init; }

    /// <summary>Symmetric key.</summary>
    public JsonElement? K { get; init; }

    /// <summary>Whether it tells more than everybody may know.</summary>
    [JsonIgnore]
    public bool IsSecret => (D ?? P ?? Q ?? Dp ?? Dq ?? Qi ?? K) is not null || (Oth is { } others && !IsEmptyList(others));

    /// <summary>The key as it is used with an algorithm, with no more than what its thumbprint is taken of; null if it is secret, weak or does not fit.</summary>
    /// <param name="algorithm">One of ES256, ES384, PS256 and RS256.</param>
    public JsonWebKey? For(string algorithm) => (IsSecret, algorithm) switch
    {
        (true, _) => null,
        (_, "ES256") => Curve("P-256", 32),
        (_, "ES384") => Curve("P-384", 48),
        (_, "PS256" or "RS256") => Rsa(),
        _ => null,
    };

    // IdentityModel writes empty lists where there is nothing.
    private static bool IsEmptyList(JsonElement member) => member.ValueKind == JsonValueKind.Array && member.GetArrayLength() == 0;

    private JsonWebKey? Curve(string name, int bytes) =>
        Kty == "EC" && Crv == name && CompactJws.Decode(X)?.Length == bytes && CompactJws.Decode(Y)?.Length == bytes
            ? new() { Kty = "EC", Crv = name, X = X, Y = Y }
            : null;

    // No zero in front: the same key would have another thumbprint.
    private JsonWebKey? Rsa() =>
        Kty == "RSA" && E == UsualExponent && CompactJws.Decode(N) is { Length: >= MinModulusBytes and <= MaxModulusBytes } modulus && modulus[0] >= 0x80
            ? new() { Kty = "RSA", N = N, E = E }
            : null;
}
