using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Clients;

/// <summary>
/// What FAPI 2.0 (Security Profile, sections 5.3.2 and 5.4) asks of a client besides what is so for every client here: settings each of which may be had without it,
/// and no others in their place.
/// </summary>
internal static class Fapi2Profile
{
    private static readonly ClientAuthentication[] Authentications = [ClientAuthentication.PrivateKeyJwt, ClientAuthentication.TlsClientAuth, ClientAuthentication.SelfSignedTlsClientAuth];

    /// <summary>Every problem, as member and what is wrong with it: what the client says that the profile does not allow.</summary>
    public static IEnumerable<(string Member, string Problem)> ProblemsOf(ClientSpec client)
    {
        if (!client.Fapi2)
        {
            yield break;
        }

        if (!client.IsConfidential)
        {
            yield return ("fapi2", "is for clients that prove who they are: type web or service");
            yield break;
        }

        if (!Authentications.Contains(client.EffectiveAuthentication))
        {
            yield return ("tokenEndpointAuthMethod", "FAPI 2.0 needs private_key_jwt, tls_client_auth or self_signed_tls_client_auth: give the client jwks, jwksUri or a name in its certificate");
        }

        if (client.SenderConstraint == SenderConstraint.None)
        {
            yield return ("senderConstraint", "FAPI 2.0 binds tokens to their client: dpop or mtls");
        }

        foreach (var (member, _, algorithm) in ClientSignatures.Of(client))
        {
            if (algorithm == Algorithms.RsaSha256)
            {
                yield return (member, "FAPI 2.0 does not allow RS256: ES256 or PS256");
            }
        }
    }

    /// <summary>The client with all that follows from the profile, whatever it says of it; any other client as it is.</summary>
    public static ClientSpec Expand(ClientSpec client) => !client.Fapi2 ? client : client with
    {
        RequirePar = client.RequirePar || client.EffectiveGrants.Contains(ClientGrant.AuthorizationCode),
        StrictClientAssertions = client.EffectiveAuthentication == ClientAuthentication.PrivateKeyJwt,
        IdTokenSignedResponseAlg = client.IdTokenSignedResponseAlg ?? Algorithms.EcdsaSha256,
        IntrospectionSignedResponseAlg = client.IntrospectionSignedResponseAlg ?? Algorithms.EcdsaSha256,
        AuthorizationSignedResponseAlg = client.AuthorizationSignedResponseAlg ?? Algorithms.EcdsaSha256,
    };
}
