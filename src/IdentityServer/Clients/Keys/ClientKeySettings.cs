using System.Text;
using OpenIddict.Abstractions;
using UserDomain.IdentityServer.Clients.Certificates;

namespace UserDomain.IdentityServer.Clients.Keys;

/// <summary>What is kept of a client that proves itself with a key or certificate: its settings, and of the keys only what verifies.</summary>
internal static class ClientKeySettings
{
    /// <summary>The settings of a client that was checked; none for one that has nothing, or a secret for the header.</summary>
    public static IEnumerable<(string Name, string Value)> Of(ClientSpec client)
    {
        var method = client.EffectiveAuthentication;
        if (NameOf(method) is not { } name)
        {
            yield break;
        }

        yield return (ClientSettings.TokenEndpointAuthMethod, name);
        if (method == ClientAuthentication.ClientSecretPost)
        {
            yield break;
        }

        if (CertificateSettings.NameOf(client) is { } certificate)
        {
            yield return certificate;
        }
        else if (client.JwksUri is { } uri)
        {
            yield return (ClientSettings.JwksUri, uri);
        }
        else
        {
            var set = ClientKeySet.Read(Encoding.UTF8.GetBytes(client.Jwks!.Value.GetRawText()))!;
            yield return (ClientSettings.Jwks, method == ClientAuthentication.PrivateKeyJwt ? set.ToJson() : set.ToJsonWithCertificates());
        }

        if (client.StrictClientAssertions)
        {
            yield return (ClientSettings.StrictAssertions, "true");
        }
    }

    /// <summary>How a client said it proves who it is; null where its type and keys say it.</summary>
    public static ClientAuthentication? MethodOf(IReadOnlyDictionary<string, string> settings) =>
        settings.GetValueOrDefault(ClientSettings.TokenEndpointAuthMethod) switch
        {
            OpenIddictConstants.ClientAuthenticationMethods.PrivateKeyJwt => ClientAuthentication.PrivateKeyJwt,
            OpenIddictConstants.ClientAuthenticationMethods.ClientSecretPost => ClientAuthentication.ClientSecretPost,
            _ => CertificateSettings.MethodOf(settings),
        };

    /// <summary>Whether a client proves itself with a key by which it signs, and with nothing else.</summary>
    public static bool UsesKeys(IReadOnlyDictionary<string, string> settings) =>
        settings.TryGetValue(ClientSettings.TokenEndpointAuthMethod, out var method) && method == OpenIddictConstants.ClientAuthenticationMethods.PrivateKeyJwt;

    private static string? NameOf(ClientAuthentication method) => method switch
    {
        ClientAuthentication.PrivateKeyJwt => OpenIddictConstants.ClientAuthenticationMethods.PrivateKeyJwt,
        ClientAuthentication.ClientSecretPost => OpenIddictConstants.ClientAuthenticationMethods.ClientSecretPost,
        ClientAuthentication.TlsClientAuth => OpenIddictConstants.ClientAuthenticationMethods.TlsClientAuth,
        ClientAuthentication.SelfSignedTlsClientAuth => OpenIddictConstants.ClientAuthenticationMethods.SelfSignedTlsClientAuth,
        _ => null,
    };
}
