using System.Buffers.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace UserDomain.ServiceDefaults.Jose;

/// <summary>Takes a compact JWS (RFC 7515 section 7.1) of somebody else's apart and verifies it, step by step and strictly.</summary>
public static class CompactJws
{
    private static readonly JsonWebTokenHandler Handler = new();

    // Anybody may bring a key: none may stay in the memory the library shares with the keys of tokens.
    private static readonly CryptoProviderFactory Uncached = new() { CacheSignatureProviders = false };

    // A member that is there twice means one thing here and another thing elsewhere.
    private static readonly JsonSerializerOptions Strict = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        AllowDuplicateProperties = false,
        MaxDepth = 8,
    };

    /// <summary>Takes one apart; nothing of it is to be believed yet.</summary>
    /// <param name="jws">What was sent.</param>
    /// <param name="maxLength">The most characters it may have.</param>
    /// <typeparam name="THeader">The members of the header that matter.</typeparam>
    /// <typeparam name="TClaims">The members of the payload that matter.</typeparam>
    /// <returns>Null if it is none.</returns>
    public static (THeader Header, TClaims Claims)? Read<THeader, TClaims>(string jws, int maxLength)
        where THeader : class
        where TClaims : class
    {
        if (jws.Length > maxLength || jws.Split('.') is not [var header, var payload, { Length: > 0 } signature] || !IsBase64Url(signature))
        {
            return null;
        }

        return Part<THeader>(header) is { } head && Part<TClaims>(payload) is { } claims ? (head, claims) : null;
    }

    /// <summary>The bytes of a base64url text in its one right form; null for any other.</summary>
    public static byte[]? Decode(string? text) =>
        text is { Length: > 0 } && IsBase64Url(text) && Base64Url.DecodeFromChars(text) is var bytes && Base64Url.EncodeToString(bytes) == text ? bytes : null;

    /// <summary>Whether a key has signed it; none of its claims are looked at.</summary>
    /// <param name="jws">What was sent.</param>
    /// <param name="algorithm">By which algorithm: that of its header, once that is known to be an accepted one.</param>
    /// <param name="key">The key.</param>
    public static async ValueTask<bool> IsSignedByAsync(string jws, string algorithm, JsonWebKey key)
    {
        var result = await Handler.ValidateTokenAsync(jws, new()
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
