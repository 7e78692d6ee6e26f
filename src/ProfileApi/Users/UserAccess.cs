using System.Globalization;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Database.Idempotency;
using UserDomain.Events;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Sessions;
using UserDomain.IdentityStore.Users;
using Authorization = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreAuthorization<System.Guid>;
using Token = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreToken<System.Guid>;

namespace UserDomain.ProfileApi.Users;

/// <summary>Ends what gives a user access: sessions, grants, tokens, pending codes, roles. Runs in the transaction of the caller and saves.</summary>
internal sealed class UserAccess(IdentityStoreContext store, SessionCloser sessions, AuditRecorder audit, TimeProvider time)
{
    /// <summary>Ends it until the user is enabled again and signs in.</summary>
    public async Task SuspendAsync(User user, CancellationToken cancellationToken)
    {
        await CloseAsync(user, SessionCloseReasons.UserDisabled, cancellationToken);
        var subject = Subject(user);
        await store.Set<Authorization>().Where(grant => grant.Subject == subject)
            .ExecuteUpdateAsync(set => set.SetProperty(grant => grant.Status, OpenIddictConstants.Statuses.Revoked), cancellationToken);
        await store.Set<Token>().Where(token => token.Subject == subject)
            .ExecuteUpdateAsync(set => set.SetProperty(token => token.Status, OpenIddictConstants.Statuses.Revoked), cancellationToken);
    }

    /// <summary>Ends it for good and removes what is left of it.</summary>
    public async Task RemoveAsync(User user, CancellationToken cancellationToken)
    {
        await LeaveRolesAndGroupsAsync(user, cancellationToken);
        await CloseAsync(user, SessionCloseReasons.UserDeleted, cancellationToken);
        var subject = Subject(user);
        await store.Set<Token>().Where(token => token.Subject == subject).ExecuteDeleteAsync(cancellationToken);
        await store.Set<Authorization>().Where(grant => grant.Subject == subject).ExecuteDeleteAsync(cancellationToken);
        await ForgetAsync(user, cancellationToken);
    }

    /// <summary>Voids the codes that were made for a user: they may be in the hands of whoever reads the former address.</summary>
    public Task VoidCodesAsync(User user, CancellationToken cancellationToken) =>
        store.OneTimeCodes.Where(code => code.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);

    private async Task CloseAsync(User user, string reason, CancellationToken cancellationToken)
    {
        store.Revocations.Add(Revocation.Of(RevocationKinds.User, Subject(user), time.GetStoredNow()));
        await VoidCodesAsync(user, cancellationToken);
        await sessions.CloseAsync(all => all.Where(session => session.UserId == user.Id), reason, origin: null, cancellationToken);
    }

    // That there were sessions stays; where and with what somebody was signed in does not, nor what was answered to who created the user or a session.
    private async Task ForgetAsync(User user, CancellationToken cancellationToken)
    {
        var sessions = store.Sessions.Where(session => session.UserId == user.Id);
        var answers = await sessions.Select(session => session.Id).ToListAsync(cancellationToken);
        var locations = answers.Select(id => $"/api/v1/sessions/{id}").Append($"/api/v1/users/{user.Id}").ToList();
        await store.Set<IdempotencyRecord>().Where(row => locations.Contains(row.Location!)).ExecuteDeleteAsync(cancellationToken);
        await sessions.ExecuteUpdateAsync(set => set.SetProperty(session => session.Address, (string?)null).SetProperty(session => session.UserAgent, (string?)null), cancellationToken);
    }

    private async Task LeaveRolesAndGroupsAsync(User user, CancellationToken cancellationToken)
    {
        foreach (var assignment in await store.RoleAssignments.Include(row => row.Role).Where(row => row.UserId == user.Id).ToListAsync(cancellationToken))
        {
            audit.Record(store, AuditEventTypes.RoleUnassigned, assignment.AsParty(), before: new { role = assignment.Role!.AsParty(), subject = user.AsParty() });
            store.RoleAssignments.Remove(assignment);
        }

        foreach (var group in await store.Groups.Include(row => row.Members.Where(member => member.UserId == user.Id))
            .Where(row => row.Members.Any(member => member.UserId == user.Id)).ToListAsync(cancellationToken))
        {
            audit.Record(store, AuditEventTypes.GroupUpdated, group.AsParty(), before: new { member = user.AsParty() });
            group.Members.Clear();
        }
    }

    private static string Subject(User user) => user.Id.ToString("D", CultureInfo.InvariantCulture);
}
