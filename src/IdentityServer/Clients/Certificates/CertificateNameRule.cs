using System.Net;

namespace UserDomain.IdentityServer.Clients.Certificates;

/// <summary>Checks by which name of its certificate a client shall be known (RFC 8705 section 2.1.2).</summary>
internal static class CertificateNameRule
{
    private const int MaxDnsLength = 253;
    private const int MaxTextLength = 1024;

    /// <summary>Every problem, as member and what is wrong with it.</summary>
    public static IEnumerable<(string Member, string Problem)> ProblemsOf(ClientSpec client)
    {
        var given = CertificateSettings.Names.Where(name => name.Value(client) is not null).ToList();
        return given switch
        {
            _ when client.ClientSecret is not null => [("clientSecret", "a client that proves itself with a certificate has no secret")],
            [] => [("tokenEndpointAuthMethod", $"tls_client_auth needs one of {string.Join(", ", CertificateSettings.Names.Select(name => name.Member))}")],
            [_, var second, ..] => [(second.Member, $"give one name of the certificate only, not {given[0].Member} as well")],
            [var only] => IsName(only.Member, only.Value(client)!) ? [] : [(only.Member, WantedOf(only.Member))],
        };
    }

    /// <summary>Refuses names for a client that is not known by them.</summary>
    public static IEnumerable<(string Member, string Problem)> ProblemsOfOther(ClientSpec client) =>
        from name in CertificateSettings.Names
        where name.Value(client) is not null
        select (name.Member, "is of use for tls_client_auth only");

    private static bool IsName(string member, string value) => member switch
    {
        "tlsClientAuthSubjectDn" => SubjectName.Read(value) is not null,
        "tlsClientAuthSanDns" => value.Length <= MaxDnsLength && Uri.CheckHostName(value) == UriHostNameType.Dns,
        "tlsClientAuthSanIp" => IPAddress.TryParse(value, out _) && !value.Contains('%', StringComparison.Ordinal),
        "tlsClientAuthSanUri" => IsText(value) && value[0] != '/' && Uri.TryCreate(value, UriKind.Absolute, out _),
        _ => IsText(value) && value.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at < value.Length - 1,
    };

    private static string WantedOf(string member) => member switch
    {
        "tlsClientAuthSubjectDn" => "must be a name as RFC 4514 writes it, such as CN=billing,O=Example,C=DE: openssl x509 -noout -subject -nameopt rfc2253 prints it",
        "tlsClientAuthSanDns" => "must be the name of a host, without wildcards",
        "tlsClientAuthSanIp" => "must be an IPv4 or IPv6 address",
        "tlsClientAuthSanUri" => $"must be an absolute URI of at most {MaxTextLength} ASCII characters",
        _ => $"must be a mail address of at most {MaxTextLength} ASCII characters",
    };

    // What a certificate can have there (IA5String), without what nobody sees.
    private static bool IsText(string value) => value.Length is > 0 and <= MaxTextLength && value.All(character => character is > ' ' and < (char)0x7f);
}
