using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace UserDomain.ServiceDefaults.Hosting;

/// <summary>A file of certificates an operator trusts.</summary>
internal static class CertificatesFile
{
    /// <summary>Reads it.</summary>
    /// <param name="setting">Which setting names it, without the name of the product.</param>
    /// <param name="file">Path.</param>
    /// <exception cref="StartupException">It cannot be read, or holds no certificate.</exception>
    public static X509Certificate2Collection Read(string setting, string file)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPemFile(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new StartupException($"UserDomain__{setting} '{file}' cannot be read: {exception.Message}", exception);
        }

        return certificates.Count > 0
            ? certificates
            : throw new StartupException($"UserDomain__{setting} '{file}' holds no certificate: it must be in PEM");
    }
}
