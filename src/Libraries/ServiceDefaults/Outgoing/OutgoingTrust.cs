using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace UserDomain.ServiceDefaults.Outgoing;

/// <summary>Whose certificates are believed: those the system trusts, and those the operator names. Names have to fit in any case.</summary>
internal static class OutgoingTrust
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    public static SslClientAuthenticationOptions Options(OutgoingSettings settings) => new()
    {
        CertificateChainPolicy = Policy(),
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => errors switch
        {
            SslPolicyErrors.None => true,
            SslPolicyErrors.RemoteCertificateChainErrors => certificate is X509Certificate2 presented && IsTrusted(presented, chain, settings.TrustedCertificates),
            _ => false,
        },
    };

    private static bool IsTrusted(X509Certificate2 certificate, X509Chain? presented, X509Certificate2Collection trusted)
    {
        if (trusted.Count == 0)
        {
            return false;
        }

        using var chain = new X509Chain { ChainPolicy = Policy() };
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(trusted);
        chain.ChainPolicy.ExtraStore.AddRange(presented?.ChainPolicy.ExtraStore ?? []);
        return chain.Build(certificate);
    }

    // A certificate names addresses to load others from: those are calls nobody would look at.
    private static X509ChainPolicy Policy() => new()
    {
        DisableCertificateDownloads = true,
        RevocationMode = X509RevocationMode.NoCheck,
        ApplicationPolicy = { new Oid(ServerAuthentication) },
    };
}
