using System.Security.Claims;
using UserDomain.Contracts;

namespace UserDomain.ServiceDefaults.Authorization;

/// <summary>Who calls an API, read from a validated access token.</summary>
/// <param name="Subject">The <c>sub</c>.</param>
/// <param name="ClientId">The client the token was issued to.</param>
/// <param name="UserId">The user, or null when a service calls for itself.</param>
/// <param name="SessionId">The session the token is bound to, if any.</param>
/// <param name="Scope">Granted scopes.</param>
public sealed record Caller(string Subject, string? ClientId, Guid? UserId, Guid? SessionId, IReadOnlySet<string> Scope)
{
    /// <summary>Whether the token has a scope.</summary>
    public bool HasScope(string scope) => Scope.Contains(scope);

    /// <summary>Reads the caller from the claims of an access token.</summary>
    public static Caller Of(ClaimsPrincipal principal)
    {
        var subject = principal.FindFirstValue(TokenClaims.Subject) ?? "";
        var client = principal.FindFirstValue(TokenClaims.ClientId);
        return new(
            subject,
            client,
            // A client's subject is its client id; a user's is a UUID, which no client id may be (CLI-02).
            Guid.TryParseExact(subject, "D", out var user) && subject != client ? user : null,
            Guid.TryParseExact(principal.FindFirstValue(TokenClaims.SessionId), "D", out var session) ? session : null,
            principal.FindAll(TokenClaims.Scope).SelectMany(claim => claim.Value.Split(' ')).ToHashSet());
    }
}
