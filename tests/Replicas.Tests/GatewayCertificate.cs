using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace UserDomain.Replicas.Tests;

/// <summary>What a gateway shows as localhost, for as long as tests take.</summary>
internal static class GatewayCertificate
{
    public static X509Certificate2 Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddMinutes(-1), TimeProvider.System.GetUtcNow().AddHours(2));
    }

    /// <summary>Writes <c>tls.crt</c> and <c>tls.key</c>.</summary>
    public static async Task WriteAsync(X509Certificate2 certificate, TestFolder folder)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        await folder.WriteSecretAsync("tls.crt", certificate.ExportCertificatePem());
        await folder.WriteSecretAsync("tls.key", key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Believes this certificate and no other.</summary>
    public static X509ChainPolicy Trust(X509Certificate2 certificate) => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { certificate },
        RevocationMode = X509RevocationMode.NoCheck,
    };
}
