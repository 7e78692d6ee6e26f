using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using UserDomain.Contracts;
using UserDomain.Events;

namespace UserDomain.IdentityServer.SignIn;

/// <summary>Who is signed in in this browser.</summary>
internal sealed record CurrentSession(Guid Id, Guid UserId, string UserName, long UserVersion, DateTimeOffset AuthenticatedAt, IReadOnlyList<string> Methods)
{
    public AuditOrigin AsOrigin(string? clientId = null) => AuditOrigin.OfUser(UserId, UserName, Id, clientId);

    /// <summary>Reads it from the sign-in cookie; null when nobody is signed in.</summary>
    public static async Task<CurrentSession?> OfAsync(HttpContext context)
    {
        var result = await context.AuthenticateAsync(SessionCookie.SchemeName);
        return result.Principal is { } principal
            ? new(
                Guid.Parse(principal.FindFirstValue(TokenClaims.SessionId)!),
                Guid.Parse(principal.FindFirstValue(TokenClaims.Subject)!),
                principal.Identity!.Name!,
                long.Parse(principal.FindFirstValue(TokenClaims.Version)!, CultureInfo.InvariantCulture),
                DateTimeOffset.FromUnixTimeSeconds(long.Parse(principal.FindFirstValue(TokenClaims.AuthenticationTime)!, CultureInfo.InvariantCulture)),
                [.. principal.FindAll(TokenClaims.AuthenticationMethods).Select(claim => claim.Value)])
            : null;
    }
}
