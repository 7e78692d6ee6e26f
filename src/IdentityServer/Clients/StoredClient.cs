using System.Text.Json;
using OpenIddict.Abstractions;
using UserDomain.IdentityServer.Clients.Keys;
using UserDomain.ServiceDefaults.Hosting;
using static OpenIddict.Abstractions.OpenIddictConstants;
using ClientEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreApplication<System.Guid>;

namespace UserDomain.IdentityServer.Clients;

/// <summary>Reads from the library's row of a client what <see cref="ClientRegistrar.Describe"/> has made of its description.</summary>
internal static class StoredClient
{
    private static readonly Dictionary<string, ClientGrant> Grants = new()
    {
        [Permissions.GrantTypes.AuthorizationCode] = ClientGrant.AuthorizationCode,
        [Permissions.GrantTypes.RefreshToken] = ClientGrant.RefreshToken,
        [Permissions.GrantTypes.ClientCredentials] = ClientGrant.ClientCredentials,
        [Permissions.GrantTypes.DeviceCode] = ClientGrant.DeviceCode,
        [Permissions.GrantTypes.TokenExchange] = ClientGrant.TokenExchange,
    };

    /// <summary>What the client is; its secrets and roles are kept elsewhere.</summary>
    public static ClientSpec SpecOf(ClientEntity client)
    {
        var permissions = ListOf(client.Permissions);
        var settings = SettingsOf(client);
        var links = ClientLinks.Of(client.Settings);
        return new(client.ClientId!, ClientRecord.Of(client).Type)
        {
            DisplayName = client.DisplayName,
            LogoUri = links.Logo,
            PolicyUri = links.Policy,
            TosUri = links.Terms,
            TokenEndpointAuthMethod = ClientKeySettings.MethodOf(settings),
            Jwks = settings.TryGetValue(ClientSettings.Jwks, out var jwks) ? JsonSerializer.Deserialize<JsonElement>(jwks) : null,
            JwksUri = settings.GetValueOrDefault(ClientSettings.JwksUri),
            StrictClientAssertions = settings.ContainsKey(ClientSettings.StrictAssertions),
            TlsClientAuthSubjectDn = settings.GetValueOrDefault("tls_client_auth_subject_dn"),
            TlsClientAuthSanDns = settings.GetValueOrDefault("tls_client_auth_san_dns"),
            TlsClientAuthSanUri = settings.GetValueOrDefault("tls_client_auth_san_uri"),
            TlsClientAuthSanIp = settings.GetValueOrDefault("tls_client_auth_san_ip"),
            TlsClientAuthSanEmail = settings.GetValueOrDefault("tls_client_auth_san_email"),
            RedirectUris = ListOf(client.RedirectUris),
            PostLogoutRedirectUris = ListOf(client.PostLogoutRedirectUris),
            BackchannelLogoutUri = settings.GetValueOrDefault(ClientSettings.BackchannelLogoutUri),
            BackchannelLogoutSessionRequired = settings.ContainsKey(ClientSettings.BackchannelLogoutSessionRequired),
            Scopes = [.. permissions.Where(IsScope).Select(permission => permission[Permissions.Prefixes.Scope.Length..]).Order(StringComparer.Ordinal)],
            Grants = [.. Grants.Where(grant => permissions.Contains(grant.Key)).Select(grant => grant.Value)],
            RequireConsent = client.ConsentType == ConsentTypes.Explicit,
            RequirePar = ListOf(client.Requirements).Contains(Requirements.Features.PushedAuthorizationRequests),
            RequireSignedRequestObject = settings.ContainsKey(ClientSettings.RequireSignedRequestObject),
            Fapi2 = settings.ContainsKey(ClientSettings.Fapi2),
            SenderConstraint = settings.ContainsKey(ClientSettings.DpopBoundAccessTokens) ? SenderConstraint.Dpop
                : settings.ContainsKey(ClientSettings.CertificateBoundAccessTokens) ? SenderConstraint.Mtls : SenderConstraint.None,
            IdTokenSignedResponseAlg = settings.GetValueOrDefault(ClientSettings.IdTokenAlgorithm),
            UserinfoSignedResponseAlg = settings.GetValueOrDefault(ClientSettings.UserInfoAlgorithm),
            IntrospectionSignedResponseAlg = settings.GetValueOrDefault(ClientSettings.IntrospectionAlgorithm),
            AuthorizationSignedResponseAlg = settings.GetValueOrDefault(ClientSettings.AuthorizationAlgorithm),
            TokenExchange = settings.TryGetValue(ClientSettings.TokenExchange, out var exchange) ? JsonSerializer.Deserialize<TokenExchangePolicy>(exchange, ApiJson.Options) : null,
        };
    }

    /// <summary>Whether the row already is what a client shall be.</summary>
    /// <remarks>Text by text: at each start every client is looked at, and nearly always nothing is to be done.</remarks>
    public static bool Says(ClientEntity client, OpenIddictApplicationDescriptor wanted) =>
        client.DisplayName == wanted.DisplayName
        && client.ClientType == wanted.ClientType
        && client.ApplicationType == wanted.ApplicationType
        && client.ConsentType == wanted.ConsentType
        && wanted.Permissions.SetEquals(ListOf(client.Permissions))
        && wanted.Requirements.SetEquals(ListOf(client.Requirements))
        && wanted.RedirectUris.Select(TextOf).ToHashSet().SetEquals(ListOf(client.RedirectUris))
        && wanted.PostLogoutRedirectUris.Select(TextOf).ToHashSet().SetEquals(ListOf(client.PostLogoutRedirectUris))
        && SettingsOf(client) is var settings
        && settings.Count == wanted.Settings.Count
        && settings.All(setting => wanted.Settings.TryGetValue(setting.Key, out var value) && value == setting.Value);

    private static string TextOf(Uri uri) => uri.OriginalString;

    private static Dictionary<string, string> SettingsOf(ClientEntity client) =>
        client.Settings is null ? [] : JsonSerializer.Deserialize<Dictionary<string, string>>(client.Settings)!;

    private static bool IsScope(string permission) => permission.StartsWith(Permissions.Prefixes.Scope, StringComparison.Ordinal);

    private static string[] ListOf(string? stored) => stored is null ? [] : JsonSerializer.Deserialize<string[]>(stored)!;
}
