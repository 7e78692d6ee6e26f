using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.IdentityModel.Tokens;
using UserDomain.ServiceDefaults.Jose;

namespace UserDomain.IdentityServer.Clients.Keys;

/// <summary>The public keys of a client (RFC 7517 section 5): those of a set that can verify an assertion, and nothing of the others.</summary>
internal sealed class ClientKeySet
{
    /// <summary>The most keys a set may have.</summary>
    public const int MaxKeys = 20;

    private const int MaxKidLength = 256;

    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        AllowDuplicateProperties = false,
        MaxDepth = 8,
    };

    private readonly IReadOnlyList<Jwk> _keys;

    private ClientKeySet(IReadOnlyList<Jwk> keys) => _keys = keys;

    /// <summary>Reads a set; what cannot verify an assertion is passed over.</summary>
    /// <returns>Null if it is no set, or has more than <see cref="MaxKeys"/> keys.</returns>
    public static ClientKeySet? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new() { MaxDepth = Format.MaxDepth });
            return MembersOf(document.RootElement) is { } members ? new([.. members.Select(ReadKey).OfType<Jwk>().Where(IsUsable)]) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The keys of a set, each as it is written.</summary>
    /// <returns>Null if it is no set, or has more than <see cref="MaxKeys"/> keys.</returns>
    public static JsonElement[]? MembersOf(JsonElement set) =>
        set.ValueKind == JsonValueKind.Object && set.TryGetProperty("keys", out var keys) && keys.ValueKind == JsonValueKind.Array && keys.GetArrayLength() <= MaxKeys
            ? [.. keys.EnumerateArray()]
            : null;

    /// <summary>Reads one key; null if it is none.</summary>
    public static Jwk? ReadKey(JsonElement key)
    {
        try
        {
            return key.ValueKind == JsonValueKind.Object ? key.Deserialize<Jwk>(Format) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // A text that is no text: half of a surrogate pair.
            return null;
        }
    }

    /// <summary>Whether a key can verify an assertion.</summary>
    public static bool IsUsable(Jwk key) =>
        key is { Use: null or "sig", Kid: null or { Length: > 0 and <= MaxKidLength } } && AssertionAlgorithms.All.Any(algorithm => Fit(key, algorithm) is not null);

    /// <summary>The set with nothing in it but what verifies assertions.</summary>
    public string ToJson() => JsonSerializer.Serialize(new { keys = _keys.Select(key => key with { X5c = null }) }, Format);

    /// <summary>The set with the certificates, without those they are issued by.</summary>
    public string ToJsonWithCertificates() => JsonSerializer.Serialize(
        new { keys = _keys.Select(key => key with { X5c = JsonSerializer.SerializeToElement(new[] { Convert.ToBase64String(CertificateOf(key) ?? []) }) }) }, Format);

    /// <summary>Whether a certificate is one of the set, byte for byte.</summary>
    /// <param name="certificate">DER.</param>
    public bool HasCertificate(ReadOnlySpan<byte> certificate)
    {
        foreach (var key in _keys)
        {
            if (certificate.SequenceEqual(CertificateOf(key)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The certificate of a key, as DER (RFC 7517 section 4.7); null if it has none.</summary>
    public static byte[]? CertificateOf(Jwk key)
    {
        try
        {
            return key.X5c is { ValueKind: JsonValueKind.Array } chain && chain.GetArrayLength() > 0 && chain[0].ValueKind == JsonValueKind.String ? chain[0].GetBytesFromBase64() : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>The keys an assertion may be signed by. One without a name may be meant by any.</summary>
    /// <param name="kid">The name the assertion has for its key, if any.</param>
    /// <param name="algorithm">How it is signed.</param>
    public IEnumerable<JsonWebKey> For(string? kid, string algorithm) =>
        _keys.Where(key => kid is null || key.Kid is null || key.Kid == kid).Select(key => Fit(key, algorithm)).OfType<JsonWebKey>();

    private static JsonWebKey? Fit(Jwk key, string algorithm) => key.Alg is null || key.Alg == algorithm ? key.For(algorithm) : null;
}
