using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using UserDomain.IdentityServer.Clients;
using UserDomain.ServiceDefaults.Hosting;
using static OpenIddict.Abstractions.OpenIddictConstants;
using ClientEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreApplication<System.Guid>;

namespace UserDomain.IdentityServer.Protocol.Registration;

/// <summary>What a client is told of itself (RFC 7591 section 3.2.1, RFC 7592 section 3): all it is registered with, defaults included.</summary>
internal sealed record ClientInformation
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public required string ClientId { get; init; }

    /// <summary>The secret, in the answer that tells of it first and never again.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>When the secret ends: 0, for never, with every secret (RFC 7591 section 3.2.1).</summary>
    public long? ClientSecretExpiresAt { get; init; }

    public long? ClientIdIssuedAt { get; init; }

    public required string RegistrationAccessToken { get; init; }

    public required string RegistrationClientUri { get; init; }

    public required string ClientName { get; init; }

    public string? LogoUri { get; init; }

    public string? PolicyUri { get; init; }

    public string? TosUri { get; init; }

    public required string ApplicationType { get; init; }

    public required IReadOnlyList<string> RedirectUris { get; init; }

    public required IReadOnlyList<string> PostLogoutRedirectUris { get; init; }

    public string? BackchannelLogoutUri { get; init; }

    public required bool BackchannelLogoutSessionRequired { get; init; }

    public required IEnumerable<string> GrantTypes { get; init; }

    public required IReadOnlyList<string> ResponseTypes { get; init; }

    public required string TokenEndpointAuthMethod { get; init; }

    public required string Scope { get; init; }

    public JsonElement? Jwks { get; init; }

    public string? JwksUri { get; init; }

    public required string IdTokenSignedResponseAlg { get; init; }

    public string? UserinfoSignedResponseAlg { get; init; }

    public required string IntrospectionSignedResponseAlg { get; init; }

    public required string AuthorizationSignedResponseAlg { get; init; }

    public required bool RequirePushedAuthorizationRequests { get; init; }

    public required bool DpopBoundAccessTokens { get; init; }

    public string SubjectType { get; } = SubjectTypes.Public;

    /// <param name="client">The client.</param>
    /// <param name="token">Its registration access token, which the server knows the hash of only.</param>
    /// <param name="secret">The secret that was just made; null for none.</param>
    /// <param name="settings">Where the product answers.</param>
    public static ClientInformation Of(ClientEntity client, string token, string? secret, UserDomainSettings settings)
    {
        var spec = StoredClient.SpecOf(client);
        return new()
        {
            ClientId = spec.ClientId,
            ClientSecret = secret,
            ClientSecretExpiresAt = secret is null ? null : 0,
            ClientIdIssuedAt = ClientRecord.Of(client).CreatedAt?.ToUnixTimeSeconds(),
            RegistrationAccessToken = token,
            RegistrationClientUri = new Uri(settings.PublicUrl, $"{RegistrationEndpoint.Path}/{spec.ClientId}").AbsoluteUri,
            ClientName = spec.DisplayName ?? spec.ClientId,
            LogoUri = spec.LogoUri,
            PolicyUri = spec.PolicyUri,
            TosUri = spec.TosUri,
            ApplicationType = spec.Type == ClientType.Native ? ApplicationTypes.Native : ApplicationTypes.Web,
            RedirectUris = spec.RedirectUris,
            PostLogoutRedirectUris = spec.PostLogoutRedirectUris,
            BackchannelLogoutUri = spec.BackchannelLogoutUri,
            BackchannelLogoutSessionRequired = spec.BackchannelLogoutSessionRequired,
            GrantTypes = spec.EffectiveGrants.Select(DescribedClient.NameOf),
            ResponseTypes = spec.EffectiveGrants.Contains(ClientGrant.AuthorizationCode) ? [OpenIddict.Abstractions.OpenIddictConstants.ResponseTypes.Code] : [],
            TokenEndpointAuthMethod = DescribedClient.NameOf(spec.EffectiveAuthentication),
            Scope = string.Join(' ', spec.Scopes),
            Jwks = spec.Jwks,
            JwksUri = spec.JwksUri,
            IdTokenSignedResponseAlg = spec.IdTokenSignedResponseAlg ?? Algorithms.RsaSha256,
            UserinfoSignedResponseAlg = spec.UserinfoSignedResponseAlg,
            IntrospectionSignedResponseAlg = spec.IntrospectionSignedResponseAlg ?? Algorithms.RsaSha256,
            AuthorizationSignedResponseAlg = spec.AuthorizationSignedResponseAlg ?? Algorithms.RsaSha256,
            RequirePushedAuthorizationRequests = spec.RequirePar,
            DpopBoundAccessTokens = spec.SenderConstraint == SenderConstraint.Dpop,
        };
    }

    /// <summary>The answer.</summary>
    public JsonHttpResult<ClientInformation> ToResult(int status = StatusCodes.Status200OK) => TypedResults.Json(this, Format, statusCode: status);
}
