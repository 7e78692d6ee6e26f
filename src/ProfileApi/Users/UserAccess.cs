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
    /// <returns>How much there was to end.</returns>
    public async Task<EndedAccess> SuspendAsync(User user, CancellationToken cancellationToken)
    {
        // Counted before the sessions are closed, which ends the grants that were made in them.
        await store.Users.Where(row => row.Id == user.Id).LockAsync(cancellationToken);
        var subject = Subject(user);
        var valid = store.Set<Authorization>().Where(grant => grant.Subject == subject && grant.Status == OpenIddictConstants.Statuses.Valid);
        var grants = await valid.CountAsync(grant => grant.Type != OpenIddictConstants.AuthorizationTypes.Permanent, cancellationToken);
        var consents = await valid.CountAsync(grant => grant.Type == OpenIddictConstants.AuthorizationTypes.Permanent, cancellationToken);
        var (sessions, links) = await CloseAsync(user, SessionCloseReasons.UserDisabled, cancellationToken);
        await store.Set<Authorization>().Where(grant => grant.Subject == subject)
            .ExecuteUpdateAsync(set => set.SetProperty(grant => grant.Status, OpenIddictConstants.Statuses.Revoked), cancellationToken);
        await store.Set<Token>().Where(token => token.Subject == subject)
            .ExecuteUpdateAsync(set => set.SetProperty(token => token.Status, OpenIddictConstants.Statuses.Revoked), cancellationToken);
        return new(sessions, grants, consents, links);
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
    /// <returns>How many there were.</returns>
    public async Task<int> VoidCodesAsync(User user, CancellationToken cancellationToken)
    {
        await store.Users.Where(row => row.Id == user.Id).LockAsync(cancellationToken);
        return await store.OneTimeCodes.Where(code => code.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
    }

    private async Task<(int Sessions, int Links)> CloseAsync(User user, string reason, CancellationToken cancellationToken)
    {
        store.Revocations.Add(Revocation.Of(RevocationKinds.User, Subject(user), time.GetStoredNow()));
        var links = await VoidCodesAsync(user, cancellationToken);
        return (await sessions.CloseAsync(all => all.Where(session => session.UserId == user.Id), reason, origin: null, cancellationToken), links);
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

/// <summary>What of a user's access was ended.</summary>
/// <param name="Sessions">Sessions nobody had closed.</param>
/// <param name="Grants">What applications had in hand.</param>
/// <param name="Consents">What applications were allowed without asking again.</param>
/// <param name="PasswordLinks">Links to set a password that nobody had used, old ones among them.</param>
internal sealed record EndedAccess(int Sessions, int Grants, int Consents, int PasswordLinks);
