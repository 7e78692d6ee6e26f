using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Primitives;

namespace UserDomain.ServiceDefaults.Mtls;

/// <summary>
/// Reads the certificate a gateway has seen, in the form of RFC 9440 (base64 of DER between colons), or, because nginx cannot write that, as PEM in
/// percent-encoding.
/// </summary>
internal static class ForwardedCertificate
{
    /// <summary>The header (RFC 9440 section 2.2).</summary>
    public const string Header = "Client-Cert";

    private const int MaxLength = 12 * 1024;
    private const string PemStart = "-----BEGIN";
    private const string PemLabel = "CERTIFICATE";

    /// <summary>Reads it; null if it is not exactly one certificate.</summary>
    public static X509Certificate2? Read(StringValues header)
    {
        if (header is not [{ Length: > 0 and <= MaxLength } sent])
        {
            return null;
        }

        try
        {
            return BytesOf(sent) is { Length: > 0 } bytes && X509Certificate2.GetCertContentType(bytes) == X509ContentType.Cert ? X509CertificateLoader.LoadCertificate(bytes) : null;
        }
        catch (Exception exception) when (exception is FormatException or CryptographicException)
        {
            return null;
        }
    }

    private static byte[]? BytesOf(string sent)
    {
        if (sent is [':', .. var encoded, ':'])
        {
            return Convert.FromBase64String(encoded);
        }

        if (!sent.StartsWith(PemStart, StringComparison.Ordinal))
        {
            return null;
        }

        var text = Uri.UnescapeDataString(sent);
        return PemEncoding.TryFind(text, out var pem) && text.AsSpan()[pem.Label] is PemLabel && text.AsSpan(pem.Location.End.GetOffset(text.Length)).Trim().IsEmpty
            ? Convert.FromBase64String(text[pem.Base64Data])
            : null;
    }
}
