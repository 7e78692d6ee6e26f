using System.Text.Json;
using System.Text.Json.Serialization;
using UserDomain.IdentityServer.Clients.Certificates;

namespace UserDomain.IdentityServer.Clients;

/// <summary>The kind of application a client is; it decides whether it can keep a secret and which redirects it may have.</summary>
public enum ClientType
{
    /// <summary>Runs on a server and keeps a secret.</summary>
    Web,

    /// <summary>Runs in a browser.</summary>
    Spa,

    /// <summary>Runs on a person's device.</summary>
    Native,

    /// <summary>Acts for itself.</summary>
    Service,

    /// <summary>Has no browser.</summary>
    Device,
}

/// <summary>The ways by which a client gets tokens.</summary>
public enum ClientGrant
{
    /// <summary>A person signs in (RFC 6749 section 4.1).</summary>
    [JsonStringEnumMemberName("authorization_code")]
    AuthorizationCode,

    /// <summary>It goes on without the person (RFC 6749 section 6).</summary>
    [JsonStringEnumMemberName("refresh_token")]
    RefreshToken,

    /// <summary>It acts for itself (RFC 6749 section 4.4).</summary>
    [JsonStringEnumMemberName("client_credentials")]
    ClientCredentials,

    /// <summary>A person signs in at another device (RFC 8628).</summary>
    [JsonStringEnumMemberName("device_code")]
    DeviceCode,

    /// <summary>It exchanges a token it was sent (RFC 8693).</summary>
    [JsonStringEnumMemberName("token_exchange")]
    TokenExchange,
}

/// <summary>How a client proves who it is, by the names of OpenID Connect Core 1.0 section 9 and RFC 8705 section 2. Who has a secret may send it either way.</summary>
public enum ClientAuthentication
{
    /// <summary>It does not.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>By a secret in the header.</summary>
    [JsonStringEnumMemberName("client_secret_basic")]
    ClientSecretBasic,

    /// <summary>By a secret in the form.</summary>
    [JsonStringEnumMemberName("client_secret_post")]
    ClientSecretPost,

    /// <summary>By an assertion it signs.</summary>
    [JsonStringEnumMemberName("private_key_jwt")]
    PrivateKeyJwt,

    /// <summary>By a certificate of an authority, with a name it is registered with (RFC 8705 section 2.1).</summary>
    [JsonStringEnumMemberName("tls_client_auth")]
    TlsClientAuth,

    /// <summary>By one certificate of those it is registered with (RFC 8705 section 2.2).</summary>
    [JsonStringEnumMemberName("self_signed_tls_client_auth")]
    SelfSignedTlsClientAuth,
}

/// <summary>How access tokens of a client are bound to it.</summary>
public enum SenderConstraint
{
    /// <summary>They are not, unless it proves a key.</summary>
    None,

    /// <summary>To its certificate (RFC 8705).</summary>
    Mtls,

    /// <summary>To a key of its own (RFC 9449).</summary>
    Dpop,
}

/// <summary>What a client shall be.</summary>
internal sealed record ClientSpec(string ClientId, ClientType Type)
{
    public string? DisplayName { get; init; }

    public string? ClientSecret { get; init; }

    /// <summary>Its picture, which people see where they are asked.</summary>
    public string? LogoUri { get; init; }

    /// <summary>The page that says what it does with what it is told of people.</summary>
    public string? PolicyUri { get; init; }

    /// <summary>The page with its terms of service.</summary>
    public string? TosUri { get; init; }

    /// <summary>How it proves who it is; by default with its keys or certificate if it has some, else with a secret if it can keep one.</summary>
    public ClientAuthentication? TokenEndpointAuthMethod { get; init; }

    public JsonElement? Jwks { get; init; }

    public string? JwksUri { get; init; }

    /// <summary>Whether its assertions have to name the issuer alone, by its exact text, and must not be signed with RS256 (FAPI 2.0).</summary>
    public bool StrictClientAssertions { get; init; }

    /// <summary>The subject of its certificate, as RFC 4514 writes it (RFC 8705 section 2.1.2), in place of one of the names that follow.</summary>
    public string? TlsClientAuthSubjectDn { get; init; }

    /// <summary>A host its certificate is for.</summary>
    public string? TlsClientAuthSanDns { get; init; }

    /// <summary>A URI its certificate is for.</summary>
    public string? TlsClientAuthSanUri { get; init; }

    /// <summary>An address its certificate is for.</summary>
    public string? TlsClientAuthSanIp { get; init; }

    /// <summary>A mail address its certificate is for.</summary>
    public string? TlsClientAuthSanEmail { get; init; }

    public IReadOnlyList<string> RedirectUris { get; init; } = [];

    public IReadOnlyList<string> PostLogoutRedirectUris { get; init; } = [];

    /// <summary>Where it is told that a session was closed.</summary>
    public string? BackchannelLogoutUri { get; init; }

    /// <summary>Whether it has to be told which session; it always is.</summary>
    public bool BackchannelLogoutSessionRequired { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = [];

    public IReadOnlyList<ClientGrant>? Grants { get; init; }

    public bool RequireConsent { get; init; }

    public bool RequirePar { get; init; }

    /// <summary>Whether it has to sign its authorization requests (RFC 9101 section 10.5).</summary>
    public bool RequireSignedRequestObject { get; init; }

    /// <summary>Whether all FAPI 2.0 asks for is so for it (<see cref="Fapi2Profile"/>).</summary>
    public bool Fapi2 { get; init; }

    public SenderConstraint SenderConstraint { get; init; }

    /// <summary>How its ID tokens are signed (JWA, RFC 7518 section 3.1); RS256, which every client understands, unless it says ES256 or PS256.</summary>
    public string? IdTokenSignedResponseAlg { get; init; }

    /// <summary>How what UserInfo answers is signed; it is plain JSON unless this says otherwise.</summary>
    public string? UserinfoSignedResponseAlg { get; init; }

    /// <summary>How what introspection answers is signed where it asks for a JWT; RS256 unless it says another.</summary>
    public string? IntrospectionSignedResponseAlg { get; init; }

    /// <summary>How what the authorization endpoint answers is signed where it asks for a JWT; RS256 unless it says another.</summary>
    public string? AuthorizationSignedResponseAlg { get; init; }

    /// <summary>What it may exchange, and for what; null for a client that may not.</summary>
    public TokenExchangePolicy? TokenExchange { get; init; }

    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Whether the client can keep a secret (RFC 6749 section 2.1).</summary>
    [JsonIgnore]
    public bool IsConfidential => Type is ClientType.Web or ClientType.Service;

    /// <summary>How it proves who it is.</summary>
    [JsonIgnore]
    public ClientAuthentication EffectiveAuthentication => TokenEndpointAuthMethod
        ?? (JwksUri is not null || HasJwks ? ClientAuthentication.PrivateKeyJwt : CertificateSettings.NameOf(this) is not null ? ClientAuthentication.TlsClientAuth : IsConfidential ? ClientAuthentication.ClientSecretBasic : ClientAuthentication.None);

    /// <summary>Whether it has a secret.</summary>
    [JsonIgnore]
    public bool HasSecret => IsConfidential && EffectiveAuthentication is ClientAuthentication.ClientSecretBasic or ClientAuthentication.ClientSecretPost;

    /// <summary>Whether keys are given; an empty object is none.</summary>
    [JsonIgnore]
    public bool HasJwks => Jwks is { } jwks && !(jwks.ValueKind == JsonValueKind.Object && !jwks.EnumerateObject().Any()) && jwks.ValueKind != JsonValueKind.Null;

    /// <summary>The grants, or those usual for the type.</summary>
    [JsonIgnore]
    public IReadOnlyList<ClientGrant> EffectiveGrants => Grants ?? (Type switch
    {
        ClientType.Service => [ClientGrant.ClientCredentials],
        ClientType.Device => [ClientGrant.DeviceCode, ClientGrant.RefreshToken],
        _ => [ClientGrant.AuthorizationCode, ClientGrant.RefreshToken],
    });
}
