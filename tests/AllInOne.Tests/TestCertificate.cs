using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace UserDomain.AllInOne.Tests;

/// <summary>A certificate for localhost nobody trusts, as the two files an operator has.</summary>
internal sealed class TestCertificate
{
    public TestCertificate(TestFolder folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
        File.WriteAllText(folder["tls.crt"], certificate.ExportCertificatePem());
        File.WriteAllText(folder["tls.key"], key.ExportPkcs8PrivateKeyPem());
        Settings = [$"--Kestrel:Certificates:Default:Path={folder["tls.crt"]}", $"--Kestrel:Certificates:Default:KeyPath={folder["tls.key"]}"];
        Thumbprint = certificate.Thumbprint;
    }

    public string Thumbprint { get; }

    /// <summary>The settings that name it.</summary>
    public string[] Settings { get; }
}
