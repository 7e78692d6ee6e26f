using Microsoft.IdentityModel.Tokens;

namespace UserDomain.ServiceDefaults.Authorization;

/// <summary>When a token is good, by a clock that may be a little off from the issuer's.</summary>
internal static class TokenLife
{
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(10);

    /// <summary>Whether a time lies between the claims <c>nbf</c> and <c>exp</c>; false for a token that never ends.</summary>
    public static bool Includes(DateTime? notBefore, DateTime? expires, DateTimeOffset now) =>
        expires > now.UtcDateTime - ClockSkew && (notBefore is null || notBefore <= now.UtcDateTime + ClockSkew);

    /// <summary>The same of a token that was validated.</summary>
    public static bool Includes(SecurityToken token, DateTimeOffset now) => Includes(token.ValidFrom, token.ValidTo, now);

    /// <summary>When it is good no more.</summary>
    public static DateTimeOffset EndOf(SecurityToken token) => new DateTimeOffset(token.ValidTo, TimeSpan.Zero) + ClockSkew;
}
