using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using UserDomain.IdentityServer.Clients.Keys;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.IdentityServer.Clients.Certificates;

/// <summary>Finds out whether a certificate that was shown is one a client is registered with (RFC 8705 section 2). That whoever has shown it has its key, TLS has found out.</summary>
internal sealed class RegisteredCertificates(ClientKeys keys, UserDomainSettings settings, TimeProvider time)
{
    private const string ClientAuthenticationUse = "1.3.6.1.5.5.7.3.2";

    /// <summary>Whether it is one of the client's, and valid now.</summary>
    /// <param name="certificate">What was shown.</param>
    /// <param name="client">The client's settings.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<bool> ContainAsync(X509Certificate2 certificate, IReadOnlyDictionary<string, string> client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (now < certificate.NotBefore.ToUniversalTime() || now > certificate.NotAfter.ToUniversalTime())
        {
            return false;
        }

        return CertificateSettings.MethodOf(client) == ClientAuthentication.TlsClientAuth
            ? IsNamed(certificate, client) && IsTrusted(certificate, now)
            : await keys.AnyAsync(client, set => new(set.HasCertificate(certificate.RawData)), cancellationToken);
    }

    private static bool IsNamed(X509Certificate2 certificate, IReadOnlyDictionary<string, string> client)
    {
        var (_, setting, _) = CertificateSettings.Names.FirstOrDefault(name => client.ContainsKey(name.Setting));
        if (setting is null)
        {
            return false;
        }

        var wanted = client[setting];
        return setting switch
        {
            "tls_client_auth_subject_dn" => SubjectName.Of(certificate.SubjectName) is { Count: > 0 } subject && SubjectName.Read(wanted) is { } name && subject.SequenceEqual(name),
            "tls_client_auth_san_dns" => AlternativeNames.Of(certificate).Dns.Contains(wanted, StringComparer.OrdinalIgnoreCase),
            "tls_client_auth_san_uri" => AlternativeNames.Of(certificate).Uri.Contains(wanted, StringComparer.Ordinal),
            "tls_client_auth_san_ip" => IPAddress.Parse(wanted).GetAddressBytes() is var address && AlternativeNames.Of(certificate).Ip.Any(one => one.AsSpan().SequenceEqual(address)),
            "tls_client_auth_san_email" => AlternativeNames.Of(certificate).Email.Contains(wanted, StringComparer.Ordinal),
            _ => false,
        };
    }

    // Nothing is asked for: neither missing certificates nor lists of revoked ones, for it is the certificate that says where.
    private bool IsTrusted(X509Certificate2 certificate, DateTime now)
    {
        if (settings.Mtls is not { TrustedCertificates: { Count: > 0 } trusted })
        {
            return false;
        }

        using var chain = new X509Chain
        {
            ChainPolicy =
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
                VerificationTime = now,
                ApplicationPolicy = { new Oid(ClientAuthenticationUse) },
            },
        };
        foreach (var authority in trusted)
        {
            (IsRoot(authority) ? chain.ChainPolicy.CustomTrustStore : chain.ChainPolicy.ExtraStore).Add(authority);
        }

        // One authority that was named is no client, whatever its own name is.
        return chain.Build(certificate) && chain.ChainElements.Count > 1;
    }

    private static bool IsRoot(X509Certificate2 authority) => authority.SubjectName.RawData.AsSpan().SequenceEqual(authority.IssuerName.RawData);
}
