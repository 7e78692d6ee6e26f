using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AllInOne.Hosting;

/// <summary>Checks the certificate Kestrel is about to serve before anything starts: its own errors are of many kinds and lines.</summary>
internal static class ServingCertificate
{
    private const string Section = "Kestrel:Certificates:Default";

    /// <summary>Checks it where an address needs one.</summary>
    /// <exception cref="StartupException">It is missing, unreadable or without its key.</exception>
    public static void Check(ConfigurationManager configuration, IEnumerable<string> addresses)
    {
        if (!addresses.Any(address => address.StartsWith("https:", StringComparison.OrdinalIgnoreCase)))
        {
            return;
        }

        // Kestrel looks below the program's folder; every other setting is relative to the working directory.
        MakeAbsolute(configuration, "Path");
        MakeAbsolute(configuration, "KeyPath");
        var section = configuration.GetSection(Section);
        if (section["Path"] is { } path)
        {
            CheckFile(path, section["KeyPath"], section["Password"]);
        }
        else if (!section.Exists())
        {
            throw new StartupException("There is no certificate to serve https with: set Kestrel__Certificates__Default__Path and __KeyPath, or, behind a proxy that does TLS, set ASPNETCORE_URLS to the http address it connects to");
        }
    }

    private static void CheckFile(string path, string? keyPath, string? password)
    {
        try
        {
            using var certificate = Load(path, keyPath, password);
            if (!certificate.HasPrivateKey)
            {
                throw new CryptographicException("it has no private key");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            var files = keyPath is null ? $"'{path}'" : $"'{path}' with the key '{keyPath}'";
            throw new StartupException($"The certificate {files} cannot be used: {exception.Message.ReplaceLineEndings(" ")}. See Kestrel__Certificates__Default__Path and __KeyPath", exception);
        }
    }

    private static X509Certificate2 Load(string path, string? keyPath, string? password) => (keyPath, password) switch
    {
        (null, _) => X509CertificateLoader.LoadPkcs12FromFile(path, password),
        (_, null) => X509Certificate2.CreateFromPemFile(path, keyPath),
        _ => X509Certificate2.CreateFromEncryptedPemFile(path, password, keyPath),
    };

    private static void MakeAbsolute(ConfigurationManager configuration, string member)
    {
        if (configuration[$"{Section}:{member}"] is { Length: > 0 } path)
        {
            configuration[$"{Section}:{member}"] = Path.GetFullPath(path);
        }
    }
}
