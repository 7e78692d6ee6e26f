using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Events;

namespace UserDomain.IdentityStore.Sessions;

/// <summary>Closes sessions with all that hangs on them: grants and refresh tokens end, the revocation log tells the APIs, and notices the clients.</summary>
/// <param name="store">The store.</param>
/// <param name="notices">Which clients are told.</param>
/// <param name="audit">The audit trail.</param>
/// <param name="time">Clock.</param>
public sealed class SessionCloser(IdentityStoreContext store, LogoutNotices notices, AuditRecorder audit, TimeProvider time)
{
    /// <summary>Closes the open sessions of a query and saves, together with whatever else the caller has added to the store.</summary>
    /// <param name="which">Selects sessions.</param>
    /// <param name="reason">One of <see cref="SessionCloseReasons"/>.</param>
    /// <param name="origin">Who closes them; by default the caller of the API.</param>
    /// <param name="cancellationToken">Ends the wait for the database; nothing is changed then.</param>
    /// <returns>How many were closed.</returns>
    public async Task<int> CloseAsync(
        Func<IQueryable<Session>, IQueryable<Session>> which, string reason, AuditOrigin? origin, CancellationToken cancellationToken)
    {
        await using var transaction = store.Database.CurrentTransaction is null ? await store.Database.BeginTransactionAsync(cancellationToken) : null;
        var now = time.GetStoredNow();

        // Locks the rows before they are read: of two closings at once the second one finds nothing left to close, and tells of nothing.
        var open = which(store.Sessions).Where(session => session.ClosedAt == null);
        await open.ExecuteUpdateAsync(set => set.SetProperty(session => session.LastSeenAt, session => session.LastSeenAt), cancellationToken);
        var sessions = await open.ToListAsync(cancellationToken);
        foreach (var session in sessions)
        {
            session.ClosedAt = now;
            session.CloseReason = reason;
            store.Revocations.Add(Revocation.Of(RevocationKinds.Session, session.Id.ToString(), now));
            audit.Record(store, AuditEventTypes.SessionClosed, session.AsParty(), after: new { reason, user = session.UserId }, origin: origin);
        }

        await notices.AddAsync(sessions, now, cancellationToken);
        await store.SaveChangesAsync(cancellationToken);
        await EndGrantsAsync([.. sessions.Select(session => session.Id)], cancellationToken);
        if (transaction is not null)
        {
            await transaction.CommitAsync(cancellationToken);
        }

        return sessions.Count;
    }

    private async Task EndGrantsAsync(List<Guid> sessions, CancellationToken cancellationToken)
    {
        var grants = store.SessionAuthorizations.Where(row => sessions.Contains(row.SessionId)).Select(row => row.AuthorizationId);
        await store.Set<OpenIddictEntityFrameworkCoreAuthorization<Guid>>()
            .Where(authorization => grants.Contains(authorization.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, OpenIddictConstants.Statuses.Revoked), cancellationToken);

        // Not by what the token belongs to: SQLite would then look at every token there is.
        await store.Set<OpenIddictEntityFrameworkCoreToken<Guid>>()
            .Where(token => grants.Contains(EF.Property<Guid?>(token, "AuthorizationId")!.Value))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, OpenIddictConstants.Statuses.Revoked), cancellationToken);
    }
}
