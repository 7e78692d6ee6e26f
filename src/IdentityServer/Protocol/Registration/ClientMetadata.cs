using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using UserDomain.IdentityServer.ClientApi;
using UserDomain.ServiceDefaults.Validation;

namespace UserDomain.IdentityServer.Protocol.Registration;

/// <summary>
/// What a client says of itself, by the names of RFC 7591 section 2 and OpenID Connect Dynamic Client Registration 1.0 section 2, as far as this server
/// has a use for it. What is absent or null has the default of the standard.
/// </summary>
internal sealed record ClientMetadata
{
    private const int MaxScope = 2000;

    /// <summary>Who it is; where it changes itself only.</summary>
    [StringLength(ClientLimits.ClientId)]
    public string? ClientId { get; init; }

    /// <summary>Its secret as it is; where it changes itself only.</summary>
    [StringLength(ClientLimits.ClientId)]
    public string? ClientSecret { get; init; }

    /// <summary>Where it wants its codes.</summary>
    [MaxLength(ClientLimits.Entries), PlainText]
    public IReadOnlyList<string>? RedirectUris { get; init; }

    /// <summary>How it proves who it is; by a secret in the header when absent, and not at all if it is native.</summary>
    [StringLength(ClientLimits.Name), PlainText]
    public string? TokenEndpointAuthMethod { get; init; }

    /// <summary>How it gets tokens; <c>authorization_code</c> when absent.</summary>
    [MaxLength(ClientLimits.Entries), MinLength(1), PlainText]
    public IReadOnlyList<string>? GrantTypes { get; init; }

    /// <summary>What it wants of the authorization endpoint: <c>code</c>, or nothing if it does not go there.</summary>
    [MaxLength(ClientLimits.Entries), PlainText]
    public IReadOnlyList<string>? ResponseTypes { get; init; }

    /// <summary>What people call it.</summary>
    [StringLength(ClientLimits.Name, MinimumLength = 1), PlainText]
    public string? ClientName { get; init; }

    /// <summary>Its picture.</summary>
    [StringLength(ClientLimits.Uri), PlainText]
    public string? LogoUri { get; init; }

    /// <summary>The page that says what it does with what it is told of people.</summary>
    [StringLength(ClientLimits.Uri), PlainText]
    public string? PolicyUri { get; init; }

    /// <summary>The page with its terms of service.</summary>
    [StringLength(ClientLimits.Uri), PlainText]
    public string? TosUri { get; init; }

    /// <summary>All it may ask for, separated by spaces.</summary>
    [StringLength(MaxScope), PlainText]
    public string? Scope { get; init; }

    /// <summary>Its public keys.</summary>
    public JsonElement? Jwks { get; init; }

    /// <summary>Where its public keys are.</summary>
    [StringLength(ClientLimits.Uri), PlainText]
    public string? JwksUri { get; init; }

    /// <summary><c>web</c>, which is meant when absent, or <c>native</c>.</summary>
    [StringLength(ClientLimits.Name), PlainText]
    public string? ApplicationType { get; init; }

    /// <summary><c>public</c>, the only one there is.</summary>
    [StringLength(ClientLimits.Name), PlainText]
    public string? SubjectType { get; init; }

    /// <summary>Where it wants people back after signing out.</summary>
    [MaxLength(ClientLimits.Entries), PlainText]
    public IReadOnlyList<string>? PostLogoutRedirectUris { get; init; }

    /// <summary>Where it is told that a session was closed (OpenID Connect Back-Channel Logout 1.0 section 2.2).</summary>
    [StringLength(ClientLimits.Uri), PlainText]
    public string? BackchannelLogoutUri { get; init; }

    /// <summary>Whether it has to be told which session; it always is.</summary>
    public bool? BackchannelLogoutSessionRequired { get; init; }

    /// <summary>How its ID tokens are signed.</summary>
    [StringLength(ClientLimits.Name), PlainText]
    public string? IdTokenSignedResponseAlg { get; init; }

    /// <summary>How what UserInfo answers is signed; it is plain JSON when absent.</summary>
    [StringLength(ClientLimits.Name), PlainText]
    public string? UserinfoSignedResponseAlg { get; init; }

    /// <summary>How what introspection answers is signed where it asks for a JWT (RFC 9701 section 6).</summary>
    [StringLength(ClientLimits.Name), PlainText]
    public string? IntrospectionSignedResponseAlg { get; init; }

    /// <summary>How what the authorization endpoint answers is signed where it asks for a JWT (JARM section 3).</summary>
    [StringLength(ClientLimits.Name), PlainText]
    public string? AuthorizationSignedResponseAlg { get; init; }

    /// <summary>Whether it pushes all its authorization requests (RFC 9126 section 6).</summary>
    public bool? RequirePushedAuthorizationRequests { get; init; }

    /// <summary>Whether it takes only tokens that are bound to a key (RFC 9449 section 5.2).</summary>
    public bool? DpopBoundAccessTokens { get; init; }
}
