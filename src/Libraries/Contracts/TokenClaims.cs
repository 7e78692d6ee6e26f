namespace UserDomain.Contracts;

/// <summary>Claims of our access tokens (RFC 9068 section 2.2 and our additions), by their names on the wire.</summary>
public static class TokenClaims
{
    /// <summary>The user, or the client of a client-credentials token.</summary>
    public const string Subject = "sub";

    /// <summary>The client the token was issued to (RFC 9068).</summary>
    public const string ClientId = "client_id";

    /// <summary>Granted scopes, separated by spaces (RFC 8693 section 4.2).</summary>
    public const string Scope = "scope";

    /// <summary>The session the token is bound to (OpenID Connect Front-Channel Logout 1.0 section 3).</summary>
    public const string SessionId = "sid";

    /// <summary>Permissions of the subject for the API in <c>aud</c>; one claim each.</summary>
    public const string Permissions = "permissions";

    /// <summary>Version of the user's record when the token was issued.</summary>
    public const string Version = "ver";

    /// <summary>When the user last proved who they are, in seconds since 1970 (OpenID Connect Core 1.0 section 2).</summary>
    public const string AuthenticationTime = "auth_time";

    /// <summary>Class of the authentication (OpenID Connect Core 1.0 section 2).</summary>
    public const string AuthenticationClass = "acr";

    /// <summary>Methods of the authentication (RFC 8176); one claim each.</summary>
    public const string AuthenticationMethods = "amr";

    /// <summary>Unique id of the token (RFC 7519 section 4.1.7).</summary>
    public const string TokenId = "jti";

    /// <summary>Claims UserInfo tells besides those of the scopes, because they were asked for by name (OpenID Connect Core 1.0 section 5.5).</summary>
    public const string UserInfoClaims = "userinfo_claims";

    /// <summary>What the token is bound to (RFC 7800 section 3.1).</summary>
    public const string Confirmation = "cnf";

    /// <summary>In <see cref="Confirmation"/>, the thumbprint of the client's key (RFC 9449 section 6.1).</summary>
    public const string KeyThumbprint = "jkt";

    /// <summary>Who acts for the subject: an object with <c>sub</c>, and <see cref="ClientId"/> for a client; in it, by the same name, who acted before (RFC 8693 section 4.1).</summary>
    public const string Actor = "act";

    /// <summary>Who alone may act for the subject (RFC 8693 section 4.4).</summary>
    public const string MayAct = "may_act";

    /// <summary>In <see cref="Confirmation"/>, the thumbprint of the client's certificate (RFC 8705 section 3.1).</summary>
    public const string CertificateThumbprint = "x5t#S256";

    /// <summary>After how many seconds without use sessions of the user end, where a role asks for less than the product (SES-02).</summary>
    public const string SessionIdleTimeout = "session_idle_timeout";

    /// <summary>After how many seconds sessions of the user end in any case, where a role asks for less than the product (SES-02).</summary>
    public const string SessionLifetime = "session_lifetime";
}
