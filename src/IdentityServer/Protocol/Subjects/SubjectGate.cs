using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.Contracts;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Users;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.Subjects;

/// <summary>Decides, for every path that issues a token for a user, whether that user may still have it (TOK-13).</summary>
internal sealed class SubjectGate(IdentityStoreContext store, TimeProvider time)
{
    /// <returns>The user, or why not.</returns>
    public async Task<(User? User, string? Refusal)> CheckAsync(ClaimsPrincipal grant, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(grant.GetClaim(Claims.Subject), out var userId) || !Guid.TryParse(grant.GetAuthorizationId(), out var grantId))
        {
            return (null, "The grant is not one of a user.");
        }

        var sessionId = Guid.TryParse(grant.GetClaim(TokenClaims.SessionId), out var id) ? id : (Guid?)null;
        var oldest = time.GetUtcNow().UtcDateTime - TokenLifetimes.Grant;
        var found = await store.Users.AsNoTracking()
            .Where(row => row.Id == userId && row.DisabledAt == null)
            .Select(row => new
            {
                User = row,
                SessionIsOpen = sessionId == null || store.Sessions.Any(session => session.Id == sessionId && session.ClosedAt == null),
                GrantLives = store.Set<OpenIddictEntityFrameworkCoreAuthorization<Guid>>()
                    .Any(row => row.Id == grantId && row.Status == Statuses.Valid && row.CreationDate > oldest),
            })
            .FirstOrDefaultAsync(cancellationToken);
        return found switch
        {
            null => (null, "The user cannot sign in any more."),
            { SessionIsOpen: false } => (null, "The session was closed."),
            { GrantLives: false } => (null, "The grant has ended; sign in again."),
            _ => (found.User, null),
        };
    }
}
