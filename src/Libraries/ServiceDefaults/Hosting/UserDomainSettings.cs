using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using UserDomain.ServiceDefaults.Dpop;
using UserDomain.ServiceDefaults.Mtls;
using UserDomain.ServiceDefaults.Outgoing;

namespace UserDomain.ServiceDefaults.Hosting;

/// <summary>The settings every service shares, read once and checked before anything is opened or written.</summary>
public sealed class UserDomainSettings
{
    /// <summary>Name of the configuration section all settings of the product live in.</summary>
    public const string Section = "UserDomain";

    private readonly IConfigurationSection _services;

    private UserDomainSettings(IConfigurationSection section)
    {
        PublicUrl = ReadPublicUrl(section);
        DataDirectory = Path.GetFullPath(section["DataDirectory"] is { Length: > 0 } directory ? directory : "./data");
        KeyEncryptionKeyFile = section["KeyEncryptionKeyFile"] is { Length: > 0 } file ? Path.GetFullPath(file) : null;
        RedisConnectionString = section["Redis:ConnectionString"] is { Length: > 0 } redis ? redis : null;
        OperationsUrl = section["Operations:Url"] is { Length: > 0 } operations ? ReadListenUrl("Operations__Url", operations) : null;
        KnownProxies = [.. section.GetSection("KnownProxies").Get<string[]>()?.Select(ReadNetwork) ?? []];
        RequirePushedAuthorizationRequests = ReadSwitch(section, "RequirePushedAuthorizationRequests");
        DpopNonces = ReadRule(section);
        ClientsMayRegister = ReadSwitch(section, "Registration:Enabled");
        TakesClientDocuments = ReadSwitch(section, "ClientIdMetadataDocuments:Enabled");
        Outgoing = OutgoingSettings.Read(section.GetSection("Outgoing"));
        Mtls = MtlsSettings.Read(section.GetSection("Mtls"), PublicUrl);
        _services = section.GetSection("Services");
    }

    /// <summary>The one public base URL, without a path: all links, redirects and the issuer are made from it (TOK-08).</summary>
    public Uri PublicUrl { get; }

    /// <summary>The issuer of every token: <see cref="PublicUrl"/> with a trailing slash.</summary>
    public string Issuer => PublicUrl.AbsoluteUri;

    /// <summary>Absolute path of the folder for the embedded database and the created key-encryption key.</summary>
    public string DataDirectory { get; }

    /// <summary>File with the key that wraps every stored secret, or null for the one in the data directory.</summary>
    public string? KeyEncryptionKeyFile { get; }

    /// <summary>Redis, or null to run without.</summary>
    public string? RedisConnectionString { get; }

    /// <summary>Where operators are served, as Kestrel takes it (<c>http://*:9090</c>), or null for nowhere.</summary>
    public string? OperationsUrl { get; }

    /// <summary>Proxies whose <c>X-Forwarded-For</c> is believed; nobody by default.</summary>
    public IReadOnlyList<IPNetwork> KnownProxies { get; }

    /// <summary>Whether every client has to push its authorization requests (RFC 9126 section 5), as each may be told to by itself.</summary>
    public bool RequirePushedAuthorizationRequests { get; }

    /// <summary>Which proofs of possession need a nonce.</summary>
    public DpopNonceRule DpopNonces { get; }

    /// <summary>Whether clients may be registered by the protocol (RFC 7591), by who holds the permission for it.</summary>
    public bool ClientsMayRegister { get; }

    /// <summary>Whether a client nobody registered may be one that a document describes, at the URL that is its <c>client_id</c>.</summary>
    public bool TakesClientDocuments { get; }

    /// <summary>What holds for calls to addresses others have given us.</summary>
    public OutgoingSettings Outgoing { get; }

    /// <summary>Where clients show certificates (RFC 8705), or null for nowhere.</summary>
    public MtlsSettings? Mtls { get; }

    /// <summary>Where this process reaches another service, or null for the public URL.</summary>
    /// <param name="service">One of <see cref="Contracts.Services"/>.</param>
    public Uri? AddressOf(string service) => _services[service] is { Length: > 0 } address
        ? ReadUrl($"Services:{service}", address)
        : null;

    /// <summary>Reads and checks the settings.</summary>
    /// <exception cref="StartupException">A setting is missing, unknown or out of its range.</exception>
    public static UserDomainSettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        KnownSettings.RefuseUnknown(section);
        return new UserDomainSettings(section);
    }

    private static Uri ReadPublicUrl(IConfigurationSection section)
    {
        var url = ReadUrl("PublicUrl", section["PublicUrl"] is { Length: > 0 } value
            ? value
            : throw new StartupException("UserDomain__PublicUrl is missing: set it to the one URL people and clients use, such as https://id.example.com"));
        if (url.AbsolutePath != "/" || url.Query.Length > 0 || url.Fragment.Length > 0 || url.UserInfo.Length > 0)
        {
            throw new StartupException($"UserDomain__PublicUrl is '{url}': give scheme, host and port only, such as https://id.example.com");
        }

        if (url.Scheme != Uri.UriSchemeHttps && !url.IsLoopback)
        {
            throw new StartupException($"UserDomain__PublicUrl is '{url}': http is for localhost only, use https for any other host");
        }

        return url;
    }

    private static bool ReadSwitch(IConfigurationSection section, string name) => section[name] switch
    {
        null or "" => false,
        { } value when bool.TryParse(value, out var on) => on,
        { } value => throw new StartupException($"UserDomain__{name.Replace(":", "__", StringComparison.Ordinal)} is '{value}': it must be true or false"),
    };

    private static DpopNonceRule ReadRule(IConfigurationSection section) => section["DpopNonces"] switch
    {
        null or "" or "tokens" => DpopNonceRule.Tokens,
        "everywhere" => DpopNonceRule.Everywhere,
        "never" => DpopNonceRule.Never,
        { } value => throw new StartupException($"UserDomain__DpopNonces is '{value}': it must be tokens, everywhere or never"),
    };

    private static Uri ReadUrl(string name, string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new StartupException($"UserDomain__{name.Replace(":", "__", StringComparison.Ordinal)} is '{value}': it must be an absolute http or https URL");

    private static string ReadListenUrl(string name, string value)
    {
        try
        {
            if (BindingAddress.Parse(value) is { Scheme: "http", PathBase: "" })
            {
                return value;
            }
        }
        catch (FormatException)
        {
            // Said below.
        }

        throw new StartupException($"UserDomain__{name} is '{value}': it must be where to listen, such as http://*:9090");
    }

    private static IPNetwork ReadNetwork(string value)
    {
        if (IPNetwork.TryParse(value, out var network))
        {
            return network;
        }

        return IPAddress.TryParse(value, out var address)
            ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : throw new StartupException($"UserDomain__KnownProxies holds '{value}': it must be an address or a network such as 10.0.0.0/8");
    }
}
