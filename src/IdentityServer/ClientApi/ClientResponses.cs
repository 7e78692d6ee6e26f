using System.Text.Json;
using System.Text.Json.Serialization;
using OpenIddict.Abstractions;
using UserDomain.Database.Idempotency;
using UserDomain.IdentityServer.Clients;
using ClientEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreApplication<System.Guid>;

namespace UserDomain.IdentityServer.ClientApi;

/// <summary>A client, in the words of a seed file.</summary>
/// <param name="Id">UUID, by which it is changed.</param>
/// <param name="ClientId">The <c>client_id</c>.</param>
/// <param name="Type">What kind of application it is.</param>
/// <param name="DisplayName">What people call it.</param>
/// <param name="LogoUri">Its picture.</param>
/// <param name="PolicyUri">The page that says what it does with what it is told of people.</param>
/// <param name="TosUri">The page with its terms of service.</param>
/// <param name="TokenEndpointAuthMethod">How it proves who it is.</param>
/// <param name="Jwks">Its public keys.</param>
/// <param name="JwksUri">Where its public keys are.</param>
/// <param name="StrictClientAssertions">Whether its assertions have to be as FAPI 2.0 wants them.</param>
/// <param name="TlsClientAuthSubjectDn">The subject of its certificate, as RFC 4514 writes it, or one of the names that follow (RFC 8705 section 2.1.2).</param>
/// <param name="TlsClientAuthSanDns">A host its certificate is for.</param>
/// <param name="TlsClientAuthSanUri">A URI its certificate is for.</param>
/// <param name="TlsClientAuthSanIp">An address its certificate is for.</param>
/// <param name="TlsClientAuthSanEmail">A mail address its certificate is for.</param>
/// <param name="RedirectUris">Where it wants its codes.</param>
/// <param name="PostLogoutRedirectUris">Where it wants people back after signing out.</param>
/// <param name="BackchannelLogoutUri">Where it is told that a session was closed; null for nowhere.</param>
/// <param name="BackchannelLogoutSessionRequired">Whether it has to be told which session.</param>
/// <param name="Scopes">All it may ask for.</param>
/// <param name="Grants">How it gets tokens.</param>
/// <param name="RequireConsent">Whether people are asked.</param>
/// <param name="RequirePar">Whether it has to push its authorization requests.</param>
/// <param name="RequireSignedRequestObject">Whether it has to sign its authorization requests (RFC 9101).</param>
/// <param name="Fapi2">Whether all FAPI 2.0 asks for is so for it: pushed requests, strict assertions, no RS256, refresh tokens that stay.</param>
/// <param name="SenderConstraint">How its tokens are bound to it.</param>
/// <param name="IdTokenSignedResponseAlg">How its ID tokens are signed.</param>
/// <param name="UserinfoSignedResponseAlg">How what UserInfo answers is signed; null for plain JSON.</param>
/// <param name="IntrospectionSignedResponseAlg">How what introspection answers is signed where it asks for a JWT.</param>
/// <param name="AuthorizationSignedResponseAlg">How what the authorization endpoint answers is signed where it asks for a JWT.</param>
/// <param name="TokenExchange">What it may exchange, and for what; null for a client that may not.</param>
/// <param name="Roles">Names of the roles it holds itself.</param>
/// <param name="Secrets">Which secrets it has; never a part of one.</param>
/// <param name="BuiltIn">Whether it is a part of the product and stays as it is.</param>
/// <param name="DisabledAt">Since when it gets and may do nothing; null for one that may.</param>
/// <param name="CreatedAt">When it was registered; null for one that an early version has registered.</param>
/// <param name="UpdatedAt">When it last changed.</param>
/// <param name="Version">The entity tag.</param>
public sealed record ClientResponse(
    Guid Id, string ClientId, ClientType Type, string DisplayName, string? LogoUri, string? PolicyUri, string? TosUri,
    ClientAuthentication TokenEndpointAuthMethod, JsonElement? Jwks, string? JwksUri,
    bool StrictClientAssertions, string? TlsClientAuthSubjectDn, string? TlsClientAuthSanDns, string? TlsClientAuthSanUri, string? TlsClientAuthSanIp,
    string? TlsClientAuthSanEmail, IReadOnlyList<string> RedirectUris,
    IReadOnlyList<string> PostLogoutRedirectUris, string? BackchannelLogoutUri, bool BackchannelLogoutSessionRequired, IReadOnlyList<string> Scopes, IReadOnlyList<ClientGrant> Grants, bool RequireConsent, bool RequirePar,
    bool RequireSignedRequestObject, bool Fapi2, SenderConstraint SenderConstraint, string IdTokenSignedResponseAlg, string? UserinfoSignedResponseAlg, string IntrospectionSignedResponseAlg,
    string AuthorizationSignedResponseAlg, TokenExchangePolicy? TokenExchange, IReadOnlyList<string> Roles, IReadOnlyList<SecretResponse> Secrets, bool BuiltIn,
    DateTimeOffset? DisabledAt, DateTimeOffset? CreatedAt, DateTimeOffset? UpdatedAt, long Version) : IShownOnce
{
    /// <summary>The secret that was made with the client, or when it had keys before: in the answer that tells of it, and never again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ClientSecret { get; init; }

    /// <inheritdoc />
    public object ForLater() => this with { ClientSecret = null };

    internal static ClientResponse Of(ClientEntity client, IReadOnlyList<string> roles)
    {
        var spec = StoredClient.SpecOf(client);
        var record = ClientRecord.Of(client);
        return new(
            client.Id, spec.ClientId, spec.Type, spec.DisplayName ?? spec.ClientId, spec.LogoUri, spec.PolicyUri, spec.TosUri,
            spec.EffectiveAuthentication, spec.Jwks, spec.JwksUri, spec.StrictClientAssertions,
            spec.TlsClientAuthSubjectDn, spec.TlsClientAuthSanDns, spec.TlsClientAuthSanUri, spec.TlsClientAuthSanIp, spec.TlsClientAuthSanEmail,
            spec.RedirectUris, spec.PostLogoutRedirectUris, spec.BackchannelLogoutUri, spec.BackchannelLogoutSessionRequired, spec.Scopes, spec.EffectiveGrants, spec.RequireConsent, spec.RequirePar, spec.RequireSignedRequestObject, spec.Fapi2, spec.SenderConstraint,
            spec.IdTokenSignedResponseAlg ?? OpenIddictConstants.Algorithms.RsaSha256, spec.UserinfoSignedResponseAlg,
            spec.IntrospectionSignedResponseAlg ?? OpenIddictConstants.Algorithms.RsaSha256,
            spec.AuthorizationSignedResponseAlg ?? OpenIddictConstants.Algorithms.RsaSha256,
            spec.TokenExchange, roles, [.. record.Secrets.Select(SecretResponse.Of)], ClientSpecRule.IsBuiltIn(spec.ClientId),
            record.DisabledAt, record.CreatedAt, record.UpdatedAt, record.Version);
    }
}

/// <summary>A secret of a client.</summary>
/// <param name="Id">By which it is deleted.</param>
/// <param name="CreatedAt">When it was made; null for one of an early version.</param>
public sealed record SecretResponse(Guid Id, DateTimeOffset? CreatedAt) : IShownOnce
{
    /// <summary>The secret: in the answer to the request that made it, and never again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ClientSecret { get; init; }

    /// <inheritdoc />
    public object ForLater() => this with { ClientSecret = null };

    internal static SecretResponse Of(ClientSecret secret) => new(secret.Id, secret.CreatedAt);
}
