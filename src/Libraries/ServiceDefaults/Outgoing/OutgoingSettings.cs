using System.Collections.Frozen;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.ServiceDefaults.Outgoing;

/// <summary>What the operator says of calls to addresses others have given us.</summary>
public sealed class OutgoingSettings
{
    private OutgoingSettings(FrozenSet<string> allowedPrivateHosts, X509Certificate2Collection trustedCertificates)
    {
        AllowedPrivateHosts = allowedPrivateHosts;
        TrustedCertificates = trustedCertificates;
    }

    /// <summary>Hosts that may be called at any address; nobody else inside of a private network is.</summary>
    public FrozenSet<string> AllowedPrivateHosts { get; }

    /// <summary>Certificates that are trusted beside those of the system.</summary>
    public X509Certificate2Collection TrustedCertificates { get; }

    internal static OutgoingSettings Read(IConfigurationSection section) => new(
        (section["AllowedPrivateHosts"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(ReadHost).ToFrozenSet(StringComparer.OrdinalIgnoreCase),
        section["TrustedCertificatesFile"] is { Length: > 0 } file ? CertificatesFile.Read("Outgoing__TrustedCertificatesFile", file) : []);

    private static string ReadHost(string value) => Uri.CheckHostName(value) != UriHostNameType.Unknown
        ? value.Trim('[', ']')
        : throw new StartupException($"UserDomain__Outgoing__AllowedPrivateHosts holds '{value}': it must be names or addresses of hosts, without ports, separated by commas");
}
