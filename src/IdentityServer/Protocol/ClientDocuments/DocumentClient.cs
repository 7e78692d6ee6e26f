using System.Text.Json;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Protocol.Registration;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.ClientDocuments;

/// <summary>
/// Makes of a document what the client shall be. A stranger wrote it: whatever it asks for, the client gets codes for people who allow it, at addresses
/// of its own, and nothing else.
/// </summary>
internal static class DocumentClient
{
    private static readonly string[] Grants = [GrantTypes.AuthorizationCode, GrantTypes.RefreshToken];
    private static readonly string[] Methods = [ClientAuthenticationMethods.None, ClientAuthenticationMethods.PrivateKeyJwt];
    private static readonly string[] Scopes = [OpenIdScopes.OpenId, OpenIdScopes.Profile, OpenIdScopes.Email, OpenIdScopes.OfflineAccess];

    // Of a secret, which nobody could have agreed on with anybody, a document must not even speak.
    private static readonly string[] OfSecrets = ["client_secret", "client_secret_expires_at"];

    /// <summary>What the client shall be, or what is wrong with its document. Whether it may be that is checked by the same rules as for all clients.</summary>
    public static (ClientSpec? Client, string? Problem) Read(byte[] document, string clientId)
    {
        var (metadata, unreadable) = MetadataReader.Read(document);
        if (metadata is null)
        {
            return (null, unreadable!.Description);
        }

        if ((ProblemOf(metadata, clientId) ?? ProblemOfMembers(document)) is { } problem)
        {
            return (null, problem);
        }

        var (spec, refusal) = DescribedClient.Of(Restricted(metadata), clientId);
        return spec is null ? (null, refusal!.Description) : (spec with { RequireConsent = true, Scopes = [.. spec.Scopes.Intersect(Scopes)] }, null);
    }

    private static string? ProblemOf(ClientMetadata metadata, string clientId)
    {
        var elsewhere = (metadata.RedirectUris ?? []).Concat(metadata.PostLogoutRedirectUris ?? []).FirstOrDefault(uri => !IsOwn(uri, new(clientId)));
        return metadata.ClientId != clientId ? "client_id: is not the URL of the document"
            : metadata.TokenEndpointAuthMethod is { } method && !Methods.Contains(method) ? $"token_endpoint_auth_method: is one of {string.Join(", ", Methods)}"
            : metadata.GrantTypes is { } grants && !grants.Contains(GrantTypes.AuthorizationCode) ? "grant_types: has to hold authorization_code"
            : metadata.BackchannelLogoutUri is { } logout && !IsOfHost(logout, new(clientId)) ? $"backchannel_logout_uri: '{logout}' is not of the host of the client_id"
            : elsewhere is not null ? $"redirect_uris: '{elsewhere}' is neither of the host of the client_id nor on the person's own device"
            : null;
    }

    private static string? ProblemOfMembers(byte[] document)
    {
        using var parsed = JsonDocument.Parse(document);
        return OfSecrets.FirstOrDefault(name => parsed.RootElement.TryGetProperty(name, out _)) is { } member ? $"{member}: must not be in a document everybody can read" : null;
    }

    // Most documents say nothing of how the client authenticates, and mean that it does not: the default of RFC 7591 is a secret.
    private static ClientMetadata Restricted(ClientMetadata metadata) => metadata with
    {
        ApplicationType = metadata.RedirectUris?.Any(uri => !uri.StartsWith(ClientIdUrl.Prefix, StringComparison.Ordinal)) == true ? ApplicationTypes.Native : metadata.ApplicationType,
        TokenEndpointAuthMethod = metadata.TokenEndpointAuthMethod ?? ClientAuthenticationMethods.None,
        GrantTypes = metadata.GrantTypes is { } grants ? [.. grants.Intersect(Grants)] : null,
    };

    // Whoever answers there has to be who answers for the document, or a program on the device of the person: loopback, or a scheme by the name of the
    // host in reverse (RFC 8252 section 7.1). Else a document could send people's codes to somebody it has nothing to do with.
    private static bool IsOwn(string redirectUri, Uri clientId) => Uri.TryCreate(redirectUri, UriKind.Absolute, out var uri) && (uri.Scheme switch
    {
        "https" => IsOfHost(redirectUri, clientId),
        "http" => uri.IsLoopback,
        var scheme => $"{scheme}.".StartsWith($"{string.Join('.', clientId.Host.Split('.').Reverse())}.", StringComparison.Ordinal),
    });

    private static bool IsOfHost(string address, Uri clientId) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.GetLeftPart(UriPartial.Authority) == clientId.GetLeftPart(UriPartial.Authority);
}
