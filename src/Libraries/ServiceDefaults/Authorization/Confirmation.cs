using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using UserDomain.Contracts;

namespace UserDomain.ServiceDefaults.Authorization;

/// <summary>What a token is bound to (RFC 7800 section 3.1); with both members, to both.</summary>
/// <param name="KeyThumbprint">The key whose proof has to come with it (RFC 9449 section 6.1).</param>
/// <param name="CertificateThumbprint">The certificate of the connection it has to come by (RFC 8705 section 3.1).</param>
public sealed record Confirmation(string? KeyThumbprint, string? CertificateThumbprint)
{
    /// <summary>Reads the claim; members nobody here knows make a token that is bound to something, which nobody can prove.</summary>
    public static Confirmation Of(JsonElement claim) => new(Text(claim, TokenClaims.KeyThumbprint), Text(claim, TokenClaims.CertificateThumbprint));

    /// <summary>Reads the claim of a token; null for one that is bound to nothing.</summary>
    /// <param name="claim">JSON.</param>
    public static Confirmation? Of(string? claim) => claim is null ? null : Of(JsonSerializer.Deserialize<JsonElement>(claim));

    /// <summary>The claim, as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new[] { (TokenClaims.KeyThumbprint, KeyThumbprint), (TokenClaims.CertificateThumbprint, CertificateThumbprint) }
            .Where(member => member.Item2 is not null).ToDictionary(member => member.Item1, member => member.Item2));

    /// <summary>What a certificate is known by: the SHA-256 of its DER, in base64url.</summary>
    public static string ThumbprintOf(X509Certificate2 certificate) => Base64Url.EncodeToString(certificate.GetCertHash(HashAlgorithmName.SHA256));

    /// <summary>Whether a token may be used on a connection with this certificate, or with none.</summary>
    public bool Allows(X509Certificate2? certificate) =>
        CertificateThumbprint is null || (certificate is not null && ThumbprintOf(certificate) == CertificateThumbprint);

    private static string? Text(JsonElement claim, string member) =>
        claim.ValueKind == JsonValueKind.Object && claim.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
