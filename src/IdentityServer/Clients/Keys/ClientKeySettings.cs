using System.Text;
using OpenIddict.Abstractions;

namespace UserDomain.IdentityServer.Clients.Keys;

/// <summary>What is kept of a client that proves itself with a key: its settings, and of the keys only what verifies.</summary>
internal static class ClientKeySettings
{
    /// <summary>The settings of a client that was checked; none for one that has a secret or nothing.</summary>
    public static IEnumerable<(string Name, string Value)> Of(ClientSpec client)
    {
        if (client.EffectiveAuthentication != ClientAuthentication.PrivateKeyJwt)
        {
            yield break;
        }

        yield return (ClientSettings.TokenEndpointAuthMethod, OpenIddictConstants.ClientAuthenticationMethods.PrivateKeyJwt);
        if (client.JwksUri is { } uri)
        {
            yield return (ClientSettings.JwksUri, uri);
        }
        else
        {
            yield return (ClientSettings.Jwks, ClientKeySet.Read(Encoding.UTF8.GetBytes(client.Jwks!.Value.GetRawText()))!.ToJson());
        }

        if (client.StrictClientAssertions)
        {
            yield return (ClientSettings.StrictAssertions, "true");
        }
    }

    /// <summary>Whether a client proves itself with a key, and with nothing else.</summary>
    public static bool UsesKeys(IReadOnlyDictionary<string, string> settings) =>
        settings.TryGetValue(ClientSettings.TokenEndpointAuthMethod, out var method) && method == OpenIddictConstants.ClientAuthenticationMethods.PrivateKeyJwt;
}
