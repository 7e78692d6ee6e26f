namespace UserDomain.IdentityServer.Protocol;

/// <summary>How long tokens live (TOK-05, TOK-06).</summary>
internal static class TokenLifetimes
{
    public static readonly TimeSpan AuthorizationCode = TimeSpan.FromSeconds(60);

    public static readonly TimeSpan AccessToken = TimeSpan.FromMinutes(5);

    /// <summary>An ID token tells a client of a sign-in, and is for nothing else (TOK-07).</summary>
    public static readonly TimeSpan IdentityToken = TimeSpan.FromMinutes(5);

    /// <summary>A logout token tells a client of the end of a session, and is made when it is sent (TOK-07).</summary>
    public static readonly TimeSpan LogoutToken = TimeSpan.FromMinutes(2);

    /// <summary>A refresh token ends when it is not used for this long.</summary>
    public static readonly TimeSpan RefreshTokenIdle = TimeSpan.FromDays(7);

    /// <summary>A grant ends this long after it was given, however often it is refreshed.</summary>
    public static readonly TimeSpan Grant = TimeSpan.FromDays(30);
}

/// <summary>The protocol scopes (OpenID Connect Core 1.0 section 5.4 and 11).</summary>
internal static class OpenIdScopes
{
    public const string OpenId = "openid";
    public const string Profile = "profile";
    public const string Email = "email";
    public const string OfflineAccess = "offline_access";
}
