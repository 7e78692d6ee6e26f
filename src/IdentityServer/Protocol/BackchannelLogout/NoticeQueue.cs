using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Events;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Sessions;

namespace UserDomain.IdentityServer.Protocol.BackchannelLogout;

/// <summary>
/// The notices that wait, for all replicas. Who has claimed one has it for a time: it belongs to nobody else until then, and to whoever comes first after it.
/// </summary>
internal sealed class NoticeQueue(IdentityStoreContext store, AuditRecorder audit, TimeProvider time)
{
    /// <summary>How long those of a replica that was killed wait: several times what an attempt takes.</summary>
    public static readonly TimeSpan ClaimLifetime = TimeSpan.FromSeconds(15);

    private const int PageSize = 1000;
    private const int MaxReason = 300;

    /// <summary>Clients a notice is due for, those first that have waited longest.</summary>
    /// <param name="busy">Clients that are not asked for. One for which more is due than fits in a page hides others until it is among them.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public async Task<IEnumerable<string>> DueClientsAsync(IReadOnlyCollection<string> busy, CancellationToken cancellationToken)
    {
        var now = time.GetStoredNow();
        var due = store.LogoutNotices.Where(row => row.NextAttemptAt <= now && !busy.Contains(row.ClientId));
        return (await due.OrderBy(row => row.NextAttemptAt).Select(row => row.ClientId).Take(PageSize).ToListAsync(cancellationToken)).Distinct();
    }

    /// <summary>Claims notices that are due for a client, the oldest first.</summary>
    public async Task<List<LogoutNotice>> ClaimAsync(string clientId, int most, CancellationToken cancellationToken)
    {
        var now = time.GetStoredNow();
        var (claim, until) = (Guid.CreateVersion7(now), now + ClaimLifetime);
        var due = store.LogoutNotices.Where(row => row.ClientId == clientId && row.NextAttemptAt <= now);
        var next = due.OrderBy(row => row.NextAttemptAt).Select(row => row.Id).Take(most);

        // Asked for twice: who has waited here for another replica, that claimed the same, finds them not due any more.
        var claimed = await due.Where(row => next.Contains(row.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Claim, claim).SetProperty(row => row.NextAttemptAt, until), cancellationToken);
        return claimed == 0 ? [] : await store.LogoutNotices.AsNoTracking().Where(row => row.ClientId == clientId && row.NextAttemptAt == until && row.Claim == claim).ToListAsync(cancellationToken);
    }

    /// <summary>Forgets notices that need not be sent any more.</summary>
    public Task DeleteAsync(IReadOnlyCollection<LogoutNotice> notices)
    {
        var (ids, claim) = (notices.Select(notice => notice.Id).ToList(), notices.First().Claim);
        return store.LogoutNotices.Where(row => ids.Contains(row.Id) && row.Claim == claim).ExecuteDeleteAsync();
    }

    /// <summary>Puts a notice back that was sent in vain, or gives it up.</summary>
    /// <param name="notice">The notice.</param>
    /// <param name="client">Whom it is for.</param>
    /// <param name="reason">Why it was in vain.</param>
    /// <returns>Whether it was given up.</returns>
    public async Task<bool> FailAsync(LogoutNotice notice, AuditParty client, string reason)
    {
        var (now, end) = (time.GetStoredNow(), notice.CreatedAt + RetrySchedule.GivenUpAfter);
        var attempts = notice.Attempts + 1;
        var error = reason.Length > MaxReason ? reason[..MaxReason] : reason;
        var own = store.LogoutNotices.Where(row => row.Id == notice.Id && row.Claim == notice.Claim);
        if (now < end)
        {
            // The last attempt is at the very end.
            var next = now + RetrySchedule.PauseAfter(attempts) is var paused && paused < end ? paused : end;
            await own.ExecuteUpdateAsync(set => set.SetProperty(row => row.Claim, (Guid?)null).SetProperty(row => row.NextAttemptAt, next)
                .SetProperty(row => row.Attempts, attempts).SetProperty(row => row.LastError, error));
            return false;
        }

        await using var transaction = await store.Database.BeginTransactionAsync();
        if (await own.ExecuteDeleteAsync() == 0)
        {
            return false;
        }

        audit.Record(store, AuditEventTypes.ClientLogoutFailed, client, after: new { session = notice.SessionId, user = notice.Subject, attempts, reason = error },
            origin: AuditOrigin.System, succeeded: false);
        await store.SaveChangesAsync();
        await transaction.CommitAsync();
        return true;
    }
}
