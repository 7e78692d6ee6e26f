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
        var user = Guid.TryParse(grant.GetClaim(Claims.Subject), out var id)
            ? await store.Users.AsNoTracking().FirstOrDefaultAsync(row => row.Id == id, cancellationToken)
            : null;
        if (user is not { DisabledAt: null })
        {
            return (null, "The user cannot sign in any more.");
        }

        if (await IsSessionClosedAsync(grant, cancellationToken))
        {
            return (null, "The session was closed.");
        }

        return await IsGrantTooOldAsync(grant, cancellationToken) ? (null, "The grant has ended; sign in again.") : (user, null);
    }

    private async Task<bool> IsSessionClosedAsync(ClaimsPrincipal grant, CancellationToken cancellationToken) =>
        Guid.TryParse(grant.GetClaim(TokenClaims.SessionId), out var session)
        && !await store.Sessions.AnyAsync(row => row.Id == session && row.ClosedAt == null, cancellationToken);

    private async Task<bool> IsGrantTooOldAsync(ClaimsPrincipal grant, CancellationToken cancellationToken)
    {
        var oldest = time.GetUtcNow().UtcDateTime - TokenLifetimes.Grant;
        return !Guid.TryParse(grant.GetAuthorizationId(), out var id)
            || !await store.Set<OpenIddictEntityFrameworkCoreAuthorization<Guid>>()
                .AnyAsync(row => row.Id == id && row.Status == Statuses.Valid && row.CreationDate > oldest, cancellationToken);
    }
}
