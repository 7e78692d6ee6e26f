using System.Text.Json;
using UserDomain.IdentityServer.Clients;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.Registration;

/// <summary>Makes of metadata what a client shall be, in the words operators use. Whether it may be that is checked by the same rules as for them.</summary>
internal static class DescribedClient
{
    private static readonly Dictionary<string, ClientGrant> Grants = new()
    {
        [GrantTypes.AuthorizationCode] = ClientGrant.AuthorizationCode,
        [GrantTypes.RefreshToken] = ClientGrant.RefreshToken,
        [GrantTypes.ClientCredentials] = ClientGrant.ClientCredentials,
        [GrantTypes.DeviceCode] = ClientGrant.DeviceCode,
    };

    private static readonly Dictionary<string, ClientAuthentication> Methods = new()
    {
        [ClientAuthenticationMethods.None] = ClientAuthentication.None,
        [ClientAuthenticationMethods.ClientSecretBasic] = ClientAuthentication.ClientSecretBasic,
        [ClientAuthenticationMethods.ClientSecretPost] = ClientAuthentication.ClientSecretPost,
        [ClientAuthenticationMethods.PrivateKeyJwt] = ClientAuthentication.PrivateKeyJwt,
    };

    /// <summary>The grant's name in metadata.</summary>
    public static string NameOf(ClientGrant grant) =>
        grant == ClientGrant.TokenExchange ? GrantTypes.TokenExchange : Grants.First(known => known.Value == grant).Key;

    /// <summary>The method's name in metadata.</summary>
    public static string NameOf(ClientAuthentication method) => Methods.First(known => known.Value == method).Key;

    /// <summary>What the client shall be, or why it is nothing this server knows.</summary>
    /// <param name="metadata">What it says of itself.</param>
    /// <param name="clientId">Its id.</param>
    /// <param name="current">What it is, if it changes itself: what only an operator can say stays.</param>
    public static (ClientSpec? Client, RegistrationRefusal? Refusal) Of(ClientMetadata metadata, string clientId, ClientSpec? current = null)
    {
        var native = metadata.ApplicationType == ApplicationTypes.Native;
        var method = metadata.TokenEndpointAuthMethod ?? (native ? ClientAuthenticationMethods.None : ClientAuthenticationMethods.ClientSecretBasic);
        var names = metadata.GrantTypes ?? [GrantTypes.AuthorizationCode];
        var exchanges = current?.TokenExchange is not null && names.Contains(GrantTypes.TokenExchange);
        if (RefusalOf(metadata, [.. names.Where(name => !(exchanges && name == GrantTypes.TokenExchange))], method, native) is { } refusal)
        {
            return (null, refusal);
        }

        ClientGrant[] grants = [.. names.Distinct().Select(name => Grants.GetValueOrDefault(name, ClientGrant.TokenExchange))];
        var forPeople = grants.Contains(ClientGrant.AuthorizationCode) || grants.Contains(ClientGrant.DeviceCode);
        var usesKeys = Methods[method] == ClientAuthentication.PrivateKeyJwt;
        return (new(clientId, TypeOf(grants, Methods[method], native))
        {
            DisplayName = metadata.ClientName,
            LogoUri = Shown(metadata.LogoUri, current?.LogoUri),
            PolicyUri = Shown(metadata.PolicyUri, current?.PolicyUri),
            TosUri = Shown(metadata.TosUri, current?.TosUri),
            TokenEndpointAuthMethod = Methods[method],
            Jwks = usesKeys ? metadata.Jwks : null,
            JwksUri = usesKeys ? metadata.JwksUri : null,
            StrictClientAssertions = usesKeys && current?.StrictClientAssertions == true,
            RedirectUris = metadata.RedirectUris ?? [],
            PostLogoutRedirectUris = metadata.PostLogoutRedirectUris ?? [],
            BackchannelLogoutUri = metadata.BackchannelLogoutUri,
            BackchannelLogoutSessionRequired = metadata.BackchannelLogoutSessionRequired ?? false,
            Scopes = metadata.Scope is { } scope ? [.. scope.Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct()] : UsualScopes(grants, forPeople),
            Grants = grants,
            RequireConsent = current?.RequireConsent ?? forPeople,
            RequirePar = metadata.RequirePushedAuthorizationRequests ?? false,
            SenderConstraint = metadata.DpopBoundAccessTokens == true ? SenderConstraint.Dpop : SenderConstraint.None,
            IdTokenSignedResponseAlg = metadata.IdTokenSignedResponseAlg,
            UserinfoSignedResponseAlg = metadata.UserinfoSignedResponseAlg,
            IntrospectionSignedResponseAlg = metadata.IntrospectionSignedResponseAlg,
            AuthorizationSignedResponseAlg = metadata.AuthorizationSignedResponseAlg,
            TokenExchange = exchanges ? current!.TokenExchange : null,
        }, null);

        string? Shown(string? wanted, string? now) => wanted == now ? now : ClientLinks.OfOwnHost(wanted, metadata.RedirectUris ?? []);
    }

    private static RegistrationRefusal? RefusalOf(ClientMetadata metadata, IReadOnlyList<string> grants, string method, bool native)
    {
        string[] responses = grants.Contains(GrantTypes.AuthorizationCode) ? [ResponseTypes.Code] : [];
        return metadata.ApplicationType is not (null or ApplicationTypes.Web or ApplicationTypes.Native) ? RegistrationRefusal.Of("application_type", "is web or native")
            : metadata.SubjectType is not (null or SubjectTypes.Public) ? RegistrationRefusal.Of("subject_type", "only public is supported")
            : !Methods.ContainsKey(method) ? RegistrationRefusal.Of("token_endpoint_auth_method", $"is one of {string.Join(", ", Methods.Keys)}")
            : native && method != ClientAuthenticationMethods.None ? RegistrationRefusal.Of("token_endpoint_auth_method", "a native application cannot keep a secret or key: only none")
            : grants.FirstOrDefault(name => !Grants.ContainsKey(name)) is not null ? RegistrationRefusal.Of("grant_types", $"may hold {string.Join(", ", Grants.Keys)}")
            : metadata.ResponseTypes is { } named && !named.ToHashSet().SetEquals(responses)
                ? RegistrationRefusal.Of("response_types", "is [code] with the grant authorization_code, and empty without it")
            : metadata.JwksUri is not null && metadata.Jwks is { ValueKind: not JsonValueKind.Null } ? RegistrationRefusal.Of("jwks", "give jwks or jwks_uri, not both")
            : null;
    }

    private static ClientType TypeOf(ClientGrant[] grants, ClientAuthentication method, bool native) => (grants.Contains(ClientGrant.AuthorizationCode), method) switch
    {
        _ when native => ClientType.Native,
        (true, ClientAuthentication.None) => ClientType.Spa,
        (true, _) => ClientType.Web,
        (false, ClientAuthentication.None) => ClientType.Device,
        _ => ClientType.Service,
    };

    private static string[] UsualScopes(ClientGrant[] grants, bool forPeople) =>
        !forPeople ? []
        : grants.Contains(ClientGrant.RefreshToken) ? [OpenIdScopes.OpenId, OpenIdScopes.Profile, OpenIdScopes.Email, OpenIdScopes.OfflineAccess]
        : [OpenIdScopes.OpenId, OpenIdScopes.Profile, OpenIdScopes.Email];
}
