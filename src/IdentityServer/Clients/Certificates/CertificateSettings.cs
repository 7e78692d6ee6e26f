using UserDomain.ServiceDefaults.Hosting;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Clients.Certificates;

/// <summary>What is kept of a client that is known by a certificate, by the names of RFC 8705 section 2.1.2.</summary>
internal static class CertificateSettings
{
    /// <summary>The ways to say by which name of its certificate a client is known: the member of a client, the setting, and what the client has there.</summary>
    public static readonly IReadOnlyList<(string Member, string Setting, Func<ClientSpec, string?> Value)> Names =
    [
        ("tlsClientAuthSubjectDn", "tls_client_auth_subject_dn", client => client.TlsClientAuthSubjectDn),
        ("tlsClientAuthSanDns", "tls_client_auth_san_dns", client => client.TlsClientAuthSanDns),
        ("tlsClientAuthSanUri", "tls_client_auth_san_uri", client => client.TlsClientAuthSanUri),
        ("tlsClientAuthSanIp", "tls_client_auth_san_ip", client => client.TlsClientAuthSanIp),
        ("tlsClientAuthSanEmail", "tls_client_auth_san_email", client => client.TlsClientAuthSanEmail),
    ];

    /// <summary>The name a client is known by, as setting and value; null if it is by none.</summary>
    public static (string Setting, string Value)? NameOf(ClientSpec client) =>
        Names.Select(name => (name.Setting, Value: name.Value(client)!)).FirstOrDefault(name => name.Value is not null) is { Setting: not null } name ? name : null;

    /// <summary>How a client is known by a certificate; null if it is otherwise.</summary>
    public static ClientAuthentication? MethodOf(IReadOnlyDictionary<string, string> settings) => settings.GetValueOrDefault(ClientSettings.TokenEndpointAuthMethod) switch
    {
        ClientAuthenticationMethods.TlsClientAuth => ClientAuthentication.TlsClientAuth,
        ClientAuthenticationMethods.SelfSignedTlsClientAuth => ClientAuthentication.SelfSignedTlsClientAuth,
        _ => null,
    };

    /// <summary>The methods that can succeed with these settings, by their names on the wire.</summary>
    public static IEnumerable<string> Offered(UserDomainSettings settings)
    {
        if (settings.Mtls is { } mtls)
        {
            yield return ClientAuthenticationMethods.SelfSignedTlsClientAuth;
            if (mtls.TrustedCertificates.Count > 0)
            {
                yield return ClientAuthenticationMethods.TlsClientAuth;
            }
        }
    }

    /// <summary>What a client cannot be with these settings: it would be refused whatever it does.</summary>
    public static IEnumerable<(string Member, string Problem)> ProblemsOf(ClientSpec client, UserDomainSettings settings)
    {
        var method = client.EffectiveAuthentication;
        if (client.SenderConstraint == SenderConstraint.Mtls && settings.Mtls is null)
        {
            yield return ("senderConstraint", "mtls needs a URL where certificates are asked for: the operator has to set UserDomain__Mtls__Url");
        }

        if (method == ClientAuthentication.SelfSignedTlsClientAuth && settings.Mtls is null)
        {
            yield return ("tokenEndpointAuthMethod", "self_signed_tls_client_auth needs a URL where certificates are asked for: the operator has to set UserDomain__Mtls__Url");
        }

        if (method == ClientAuthentication.TlsClientAuth && settings.Mtls is not { TrustedCertificates.Count: > 0 })
        {
            yield return ("tokenEndpointAuthMethod", "tls_client_auth needs authorities to believe: the operator has to set UserDomain__Mtls__Url and UserDomain__Mtls__TrustedCertificatesFile");
        }
    }
}
