using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace UserDomain.ServiceDefaults.Dpop;

/// <summary>A proof as it was sent, taken apart and not believed yet: a compact JWS whose header and payload have the members of RFC 9449 section 4.2.</summary>
internal sealed record ProofDocument(ProofHeader Header, ProofClaims Claims)
{
    // One with a key of 4096 bits has some 2000 characters.
    private const int MaxLength = 4096;

    // A member that is there twice means one thing here and another thing elsewhere.
    private static readonly JsonSerializerOptions Strict = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        AllowDuplicateProperties = false,
        MaxDepth = 8,
    };

    /// <summary>Takes a proof apart; null if it is none.</summary>
    public static ProofDocument? Read(string proof)
    {
        if (proof.Length > MaxLength || proof.Split('.') is not [var header, var payload, { Length: > 0 } signature] || !IsBase64Url(signature))
        {
            return null;
        }

        return Part<ProofHeader>(header) is { } head && Part<ProofClaims>(payload) is { } claims ? new(head, claims) : null;
    }

    /// <summary>The bytes of a base64url text in its one right form; null for any other.</summary>
    public static byte[]? Decode(string? text) =>
        text is { Length: > 0 } && IsBase64Url(text) && Base64Url.DecodeFromChars(text) is var bytes && Base64Url.EncodeToString(bytes) == text ? bytes : null;

    // Base64Url passes over white space and padding, which have no place in a JWS (RFC 7515 section 2).
    private static bool IsBase64Url(string text) =>
        text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_') && Base64Url.IsValid(text);

    private static T? Part<T>(string text)
        where T : class
    {
        try
        {
            return Decode(text) is { } bytes ? JsonSerializer.Deserialize<T>(bytes, Strict) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The header: members nobody here asks for are passed over.</summary>
internal sealed record ProofHeader(string? Typ, string? Alg, ProofKey? Jwk, JsonElement? Crit);

/// <summary>The key: public members, and the private and symmetric ones, which must not be there.</summary>
internal sealed record ProofKey(string? Kty, string? Crv, string? X, string? Y, string? N, string? E)
{
    public JsonElement? D { get; init; }

    public JsonElement? P { get; init; }

    public JsonElement? Q { get; init; }

    public JsonElement? Dp { get; init; }

    public JsonElement? Dq { get; init; }

    public JsonElement? Qi { get; init; }

    public JsonElement? Oth { get; init; }

    public JsonElement? K { get; init; }

    /// <summary>Whether it tells more than everybody may know.</summary>
    [JsonIgnore]
    public bool IsSecret => (D ?? P ?? Q ?? Dp ?? Dq ?? Qi ?? Oth ?? K) is not null;
}

/// <summary>The payload.</summary>
internal sealed record ProofClaims(string? Jti, string? Htm, string? Htu, double? Iat, double? Exp, double? Nbf, string? Ath, string? Nonce);
