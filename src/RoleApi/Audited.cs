using UserDomain.IdentityStore.Groups;
using UserDomain.IdentityStore.Roles;

namespace UserDomain.RoleApi;

/// <summary>What the audit trail keeps of each thing: the members people can change, by the names they know.</summary>
internal static class Audited
{
    public static AuditedRole AsAudited(this Role role) => new(
        role.Name, role.Description,
        [.. role.Permissions.Select(permission => permission.Name).Order(StringComparer.Ordinal)],
        [.. role.Includes.Select(included => included.Name).Order(StringComparer.Ordinal)],
        role.SessionIdleTimeout, role.SessionLifetime);

    public static AuditedThing AsAudited(this Permission permission) => new(permission.Name, permission.Description);

    public static AuditedThing AsAudited(this Group group) => new(group.Name, group.Description);

    public static AuditedAssignment AsAudited(this RoleAssignment assignment, Role role) =>
        new(role.Name, assignment.UserId, assignment.GroupId, assignment.ClientId);
}

internal sealed record AuditedRole(
    string Name, string Description, IReadOnlyList<string> Permissions, IReadOnlyList<string> Includes, int? SessionIdleTimeout, int? SessionLifetime);

internal sealed record AuditedThing(string Name, string Description);

internal sealed record AuditedAssignment(string Role, Guid? User, Guid? Group, string? Client);
