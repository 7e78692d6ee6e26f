using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Events;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Users;

namespace UserDomain.ProfileApi.Users;

/// <summary>
/// Ends at once whatever an intruder may have in hand of an account: the user is disabled, sessions, grants, consents and tokens end, and neither the password nor a link to set one is good for
/// anything. Runs in the transaction of the caller and saves.
/// </summary>
internal sealed class AccountLockDown(IdentityStoreContext store, UserAccess access, AuditRecorder audit, TimeProvider time)
{
    /// <summary>The user, whom nobody else changes until the transaction ends; null when there is none.</summary>
    public async Task<User?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        var found = store.Users.Where(user => user.Id == id);
        return await found.LockAsync(cancellationToken) ? await found.FirstAsync(cancellationToken) : null;
    }

    /// <summary>Locks the account down. Done again it ends what there is to end by then, and says so.</summary>
    /// <param name="user">Whose account it is.</param>
    /// <param name="reason">Why, for the trail.</param>
    /// <param name="cancellationToken">Ends the wait for the database; nothing has happened then.</param>
    public async Task<LockDownResponse> RunAsync(User user, string? reason, CancellationToken cancellationToken)
    {
        var now = time.GetStoredNow();
        var before = UserResponse.Of(user);
        var passwordVoided = user.VoidPassword();
        if (user.DisabledAt is null || passwordVoided)
        {
            user.Touch(now);
        }

        if (user.DisabledAt is null)
        {
            user.DisabledAt = now;
            audit.Record(store, AuditEventTypes.UserDisabled, user.AsParty(), before, UserResponse.Of(user));
        }

        var ended = await access.SuspendAsync(user, cancellationToken);
        audit.Record(store, AuditEventTypes.UserLockedDown, user.AsParty(), after: new { reason, ended.Sessions, ended.Grants, ended.Consents, ended.PasswordLinks, passwordVoided });
        await store.SaveChangesAsync(cancellationToken);
        return new(user.Id, now, ended.Sessions, ended.Grants, ended.Consents, ended.PasswordLinks, passwordVoided, $"/api/v1/audit-events/timeline?subject={user.Id}");
    }
}
