using UserDomain.IdentityStore.Sessions;

namespace UserDomain.IdentityServer.Clients;

/// <summary>What a client said of itself that the library keeps for us, by the names of OpenID Connect Dynamic Client Registration 1.0 section 2.</summary>
internal static class ClientSettings
{
    public const string IdTokenAlgorithm = "id_token_signed_response_alg";

    /// <summary>How what UserInfo answers is signed.</summary>
    public const string UserInfoAlgorithm = "userinfo_signed_response_alg";

    /// <summary>How what introspection answers is signed (RFC 9701 section 6).</summary>
    public const string IntrospectionAlgorithm = "introspection_signed_response_alg";

    /// <summary>How what the authorization endpoint answers is signed (JWT Secured Authorization Response Mode section 3).</summary>
    public const string AuthorizationAlgorithm = "authorization_signed_response_alg";

    /// <summary>Whether it takes only tokens that are bound to a key (RFC 9449 section 5.2).</summary>
    public const string DpopBoundAccessTokens = "dpop_bound_access_tokens";

    /// <summary>Whether it takes only tokens that are bound to its certificate (RFC 8705 section 3.4).</summary>
    public const string CertificateBoundAccessTokens = "tls_client_certificate_bound_access_tokens";

    /// <summary>How it proves who it is, where that is not a secret.</summary>
    public const string TokenEndpointAuthMethod = "token_endpoint_auth_method";

    /// <summary>Its public keys.</summary>
    public const string Jwks = "jwks";

    /// <summary>Where its public keys are.</summary>
    public const string JwksUri = "jwks_uri";

    /// <summary>Whether its assertions have to be as FAPI 2.0 wants them (Security Profile section 5.3.2.1); not a registered name.</summary>
    public const string StrictAssertions = "strict_client_assertions";

    /// <summary>Whether it has to sign its authorization requests (RFC 9101 section 10.5).</summary>
    public const string RequireSignedRequestObject = "require_signed_request_object";

    /// <summary>Whether it keeps to FAPI 2.0 (Security Profile); not a registered name.</summary>
    public const string Fapi2 = "fapi2";

    /// <summary>Its picture.</summary>
    public const string LogoUri = "logo_uri";

    /// <summary>What it does with what it is told of people.</summary>
    public const string PolicyUri = "policy_uri";

    /// <summary>Its terms of service.</summary>
    public const string TosUri = "tos_uri";

    /// <summary>Where it is told that a session was closed (OpenID Connect Back-Channel Logout 1.0 section 2.2).</summary>
    public const string BackchannelLogoutUri = LogoutNotices.UriSetting;

    /// <summary>Whether it has to be told which session; it always is.</summary>
    public const string BackchannelLogoutSessionRequired = "backchannel_logout_session_required";

    /// <summary>What it may exchange (RFC 8693), as <see cref="TokenExchangePolicy"/>; not a registered name.</summary>
    public const string TokenExchange = "token_exchange";
}
