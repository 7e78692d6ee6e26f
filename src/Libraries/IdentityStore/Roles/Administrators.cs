using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;
using UserDomain.IdentityStore.Users;

namespace UserDomain.IdentityStore.Roles;

/// <summary>
/// Guards the last administrator, also under race (AUZ-04). Whatever can take the role from an enabled user begins a transaction, takes
/// the lock, asks whether there is an administrator, makes and saves its change, asks again, and commits only if the answer is the same.
/// </summary>
/// <param name="store">The store.</param>
public sealed class Administrators(IdentityStoreContext store)
{
    /// <summary>
    /// Makes changes of rights wait for one another until the current transaction ends. Take it before any other row, so that no two
    /// changes wait for each other.
    /// </summary>
    public Task LockAsync(CancellationToken cancellationToken) => store.Roles
        .Where(role => role.BuiltIn && role.Name == BuiltInRoles.Administrator)
        .ExecuteUpdateAsync(set => set.SetProperty(role => role.Version, role => role.Version), cancellationToken);

    /// <summary>Whether a user is an enabled administrator and nobody else is.</summary>
    public async Task<bool> IsLastAsync(Guid userId, CancellationToken cancellationToken) =>
        await HoldAsync(store.Users.Where(user => user.Id == userId), cancellationToken)
        && !await HoldAsync(store.Users.Where(user => user.Id != userId), cancellationToken);

    /// <summary>Whether at least one enabled user holds the administrator role: directly, through a group, or through a role that includes it.</summary>
    public Task<bool> ExistAsync(CancellationToken cancellationToken) => HoldAsync(store.Users, cancellationToken);

    private async Task<bool> HoldAsync(IQueryable<User> among, CancellationToken cancellationToken)
    {
        var graph = await RoleGraph.LoadAsync(store, cancellationToken);
        if (graph.Administrator is not { } administrator)
        {
            return false;
        }

        var roles = graph.Including([administrator]).ToList();
        var assignments = store.RoleAssignments.Where(assignment => roles.Contains(assignment.RoleId));
        var enabled = among.Where(user => user.DisabledAt == null);
        return await assignments.Join(enabled, assignment => assignment.UserId, user => user.Id, (_, user) => user.Id).AnyAsync(cancellationToken)
            || await assignments
                .Join(store.GroupMembers, assignment => assignment.GroupId, member => member.GroupId, (_, member) => member.UserId)
                .Join(enabled, member => member, user => user.Id, (_, user) => user.Id).AnyAsync(cancellationToken);
    }
}
