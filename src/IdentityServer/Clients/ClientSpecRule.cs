using UserDomain.Contracts;
using UserDomain.IdentityServer.Clients.Keys;
using UserDomain.IdentityServer.Protocol;

namespace UserDomain.IdentityServer.Clients;

/// <summary>Checks what a client shall be, before anything is written.</summary>
internal static class ClientSpecRule
{
    private const int MinSecretLength = 32;
    private const int MaxClientIdLength = 255;

    private static readonly string[] ProtocolScopes = [OpenIdScopes.OpenId, OpenIdScopes.Profile, OpenIdScopes.Email, OpenIdScopes.OfflineAccess];

    /// <summary>Whether an id is one of the product's own services.</summary>
    public static bool IsBuiltIn(string clientId) => clientId.StartsWith("user-domain:", StringComparison.Ordinal);

    /// <summary>Whether a client could have an id.</summary>
    public static bool IsClientId(string? id) =>
        id is { Length: > 0 and <= MaxClientIdLength } && !id.Any(character => character is <= ' ' or >= (char)0x7f) && !Guid.TryParse(id, out _);

    /// <summary>Every problem, as member and what is wrong with it.</summary>
    public static IEnumerable<(string Member, string Problem)> ProblemsOf(ClientSpec client)
    {
        if (!IsClientId(client.ClientId))
        {
            yield return ("clientId", $"must be 1 to {MaxClientIdLength} visible ASCII characters and not a UUID, which is what users have");
        }

        if (IsBuiltIn(client.ClientId))
        {
            yield return ("clientId", "must not begin with 'user-domain:', which is for the product's own services");
        }

        if (client.ClientSecret is not null && (!client.IsConfidential || client.ClientSecret.Length < MinSecretLength))
        {
            yield return ("clientSecret", client.IsConfidential ? $"must have at least {MinSecretLength} characters; leave it out to have one made" : "a client of this type cannot keep a secret");
        }

        foreach (var problem in ProblemsOfGrants(client).Concat(ProblemsOfUris(client)).Concat(ClientKeysRule.ProblemsOf(client)).Concat(ClientSignatures.ProblemsOf(client)).Concat(ClientLinks.ProblemsOf(client))
            .Concat(TokenExchangeRule.ProblemsOf(client)).Concat(Fapi2Profile.ProblemsOf(client)).Concat(LogoutSettings.ProblemsOf(client)))
        {
            yield return problem;
        }

        foreach (var (scope, index) in client.Scopes.Select((scope, index) => (scope, index)))
        {
            if (!ProtocolScopes.Contains(scope) && Api.OfScope(scope) is null)
            {
                yield return ($"scopes[{index}]", $"'{scope}' is not a scope");
            }
        }
    }

    private static IEnumerable<(string Member, string Problem)> ProblemsOfGrants(ClientSpec client)
    {
        var grants = client.EffectiveGrants;
        if (grants.Contains(ClientGrant.ClientCredentials) && !client.IsConfidential)
        {
            yield return ("grants", "client_credentials needs a client that keeps a secret: type web or service");
        }

        if (grants.Contains(ClientGrant.AuthorizationCode) && client.RedirectUris.Count == 0)
        {
            yield return ("redirectUris", "authorization_code needs at least one redirect URI");
        }

        if (client.RequirePar && !grants.Contains(ClientGrant.AuthorizationCode))
        {
            yield return ("requirePar", "only the requests of authorization_code can be pushed");
        }

        if (client.RequireSignedRequestObject && !(grants.Contains(ClientGrant.AuthorizationCode) && (client.HasJwks || client.JwksUri is not null)))
        {
            yield return ("requireSignedRequestObject", "needs authorization_code, and jwks or jwksUri to verify by");
        }

        if (grants.Contains(ClientGrant.RefreshToken) && !grants.Contains(ClientGrant.AuthorizationCode) && !grants.Contains(ClientGrant.DeviceCode))
        {
            yield return ("grants", "refresh_token needs authorization_code or device_code beside it");
        }
    }

    private static IEnumerable<(string Member, string Problem)> ProblemsOfUris(ClientSpec client) =>
        from list in new[] { ("redirectUris", client.RedirectUris), ("postLogoutRedirectUris", client.PostLogoutRedirectUris) }
        from item in list.Item2.Select((uri, index) => (uri, index))
        let problem = RedirectUriRule.ProblemOf(item.uri, client.Type)
        where problem is not null
        select ($"{list.Item1}[{item.index}]", $"'{item.uri}' {problem}");
}
