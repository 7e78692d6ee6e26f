using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.ServiceDefaults.Mtls;

/// <summary>Where clients show certificates, and whose are believed (RFC 8705).</summary>
public sealed class MtlsSettings
{
    private MtlsSettings(Uri url, X509Certificate2Collection trustedCertificates)
    {
        Url = url;
        TrustedCertificates = trustedCertificates;
    }

    /// <summary>
    /// The base URL at which connections ask for a certificate, without a path. It is another than the public one, so that browsers of people
    /// are not asked.
    /// </summary>
    public Uri Url { get; }

    /// <summary>Authorities whose certificates clients may be known by, and the intermediate ones between; none if no client is known by its name.</summary>
    public X509Certificate2Collection TrustedCertificates { get; }

    internal static MtlsSettings? Read(IConfigurationSection section, Uri publicUrl)
    {
        var file = section["TrustedCertificatesFile"];
        if (section["Url"] is not { Length: > 0 } value)
        {
            return string.IsNullOrEmpty(file)
                ? null
                : throw new StartupException("UserDomain__Mtls__TrustedCertificatesFile is set, but nobody can show a certificate: set UserDomain__Mtls__Url as well");
        }

        if (!Uri.TryCreate(value, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps || url.AbsolutePath != "/"
            || url.Query.Length > 0 || url.Fragment.Length > 0 || url.UserInfo.Length > 0)
        {
            throw new StartupException($"UserDomain__Mtls__Url is '{value}': give https, host and port only, such as https://mtls.id.example.com");
        }

        if (url.Authority == publicUrl.Authority)
        {
            throw new StartupException($"UserDomain__Mtls__Url is '{value}', which is the public URL, where browsers must not be asked for a certificate: give another host or port");
        }

        return new(url, string.IsNullOrEmpty(file) ? [] : CertificatesFile.Read("Mtls__TrustedCertificatesFile", file));
    }
}
