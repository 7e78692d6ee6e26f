using Microsoft.Extensions.Configuration;

namespace UserDomain.ServiceDefaults.Hosting;

/// <summary>Every setting there is. A misspelt one would otherwise be ignored without a word, and with it the protection it names.</summary>
public static class KnownSettings
{
    /// <summary>Paths below <c>UserDomain</c>, sections separated by colons; a trailing <c>:*</c> stands for any member.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        "PublicUrl",
        "DataDirectory",
        "KeyEncryptionKeyFile",
        "KnownProxies:*",
        "SeedFile",
        "Services:*",
        "Database:Provider",
        "Database:ConnectionString",
        "Redis:ConnectionString",
        "Kafka:BootstrapServers",
        "Kafka:Topic",
        "Kafka:SecurityProtocol",
        "Kafka:CertificatesFile",
        "Kafka:SaslMechanism",
        "Kafka:SaslUsername",
        "Kafka:SaslPassword",
        "Audit:HeadsFile",
        "Admin:Email",
        "Admin:Password",
        "Operations:Url",
        "Outgoing:AllowedPrivateHosts",
        "Outgoing:TrustedCertificatesFile",
        "RateLimits:Enabled",
        "RequirePushedAuthorizationRequests",
        "DpopNonces",
        "Mtls:Url",
        "Mtls:TrustedCertificatesFile",
        "Registration:Enabled",
        "ClientIdMetadataDocuments:Enabled",
        "Keys:RotationDays",
        "Keys:AnnounceDays",
        "Keys:KeepDays",
        "Passwords:Algorithm",
        "Passwords:BcryptCost",
    ];

    internal static void RefuseUnknown(IConfigurationSection section)
    {
        foreach (var (path, value) in section.AsEnumerable(makePathsRelative: true))
        {
            if (value is not null && path.Length > 0 && !All.Any(known => Matches(known, path)))
            {
                var name = $"UserDomain__{path.Replace(":", "__", StringComparison.Ordinal)}";
                throw new StartupException($"{name} is not a setting: see .env.example for all of them");
            }
        }
    }

    private static bool Matches(string known, string path) => known.EndsWith(":*", StringComparison.Ordinal)
        ? path.StartsWith(known[..^1], StringComparison.OrdinalIgnoreCase)
        : string.Equals(known, path, StringComparison.OrdinalIgnoreCase);
}
