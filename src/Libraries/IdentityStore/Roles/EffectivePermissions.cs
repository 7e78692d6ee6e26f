using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;

namespace UserDomain.IdentityStore.Roles;

/// <summary>A permission somebody holds, and one way by which: the parties from the holder over group and roles to the role that has it.</summary>
/// <param name="Permission">Name of the permission.</param>
/// <param name="Path">Holder first, the role that carries the permission last.</param>
public sealed record HeldPermission(string Permission, IReadOnlyList<AuditParty> Path);

/// <summary>Which permissions users and clients hold, through roles, groups and included roles.</summary>
/// <param name="store">The store.</param>
public sealed class EffectivePermissions(IdentityStoreContext store)
{
    /// <summary>Every permission of a user with every path to it.</summary>
    /// <param name="user">The user as first party of each path.</param>
    /// <param name="userId">The user's id.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public async Task<IReadOnlyList<HeldPermission>> OfUserAsync(AuditParty user, Guid userId, CancellationToken cancellationToken)
    {
        var direct = await store.RoleAssignments.Where(assignment => assignment.UserId == userId)
            .Select(assignment => assignment.RoleId).ToListAsync(cancellationToken);
        var byGroup = await (
            from member in store.GroupMembers
            where member.UserId == userId
            join assignment in store.RoleAssignments on (Guid?)member.GroupId equals assignment.GroupId
            join @group in store.Groups on member.GroupId equals @group.Id
            select new { assignment.RoleId, @group.Id, @group.Name }).ToListAsync(cancellationToken);
        if (direct.Count + byGroup.Count == 0)
        {
            return [];
        }

        var roles = await LoadRolesAsync(cancellationToken);
        return
        [
            .. direct.SelectMany(role => Walk(roles, role, [user])),
            .. byGroup.SelectMany(row => Walk(roles, row.RoleId, [user, new AuditParty("group", row.Id.ToString(), row.Name)])),
        ];
    }

    /// <summary>Every permission of a client with every path to it.</summary>
    /// <param name="clientId">The <c>client_id</c>.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public async Task<IReadOnlyList<HeldPermission>> OfClientAsync(string clientId, CancellationToken cancellationToken)
    {
        var direct = await store.RoleAssignments.Where(assignment => assignment.ClientId == clientId)
            .Select(assignment => assignment.RoleId).ToListAsync(cancellationToken);
        if (direct.Count == 0)
        {
            return [];
        }

        var roles = await LoadRolesAsync(cancellationToken);
        return [.. direct.SelectMany(role => Walk(roles, role, [new AuditParty("client", clientId)]))];
    }

    private Task<Dictionary<Guid, Role>> LoadRolesAsync(CancellationToken cancellationToken) =>
        store.Roles.AsNoTrackingWithIdentityResolution().AsSingleQuery().Include(role => role.Permissions).Include(role => role.Includes)
            .ToDictionaryAsync(role => role.Id, cancellationToken);

    private static IEnumerable<HeldPermission> Walk(Dictionary<Guid, Role> roles, Guid id, IReadOnlyList<AuditParty> path)
    {
        var role = roles[id];
        var party = role.AsParty();

        // Inclusion is kept free of cycles when roles are saved; two replicas saving at once could still close one.
        if (path.Contains(party))
        {
            return [];
        }

        IReadOnlyList<AuditParty> here = [.. path, party];
        return role.Permissions.Select(permission => new HeldPermission(permission.Name, here))
            .Concat(role.Includes.SelectMany(included => Walk(roles, included.Id, here)));
    }
}
