using UserDomain.Contracts;
using UserDomain.Events;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Groups;
using UserDomain.IdentityStore.Roles;
using UserDomain.IdentityStore.Users;

namespace UserDomain.IdentityServer.Seeding;

/// <summary>Gives roles that are not held yet.</summary>
internal sealed class SeedAssignments(
    IdentityStoreContext store, AuditRecorder audit, List<RoleAssignment> held, IReadOnlyDictionary<string, Role> roles, DateTimeOffset now)
{
    /// <summary>The roles that somebody was given.</summary>
    public HashSet<Guid> Given { get; } = [];

    public void Give(IEnumerable<string> names, User user) =>
        Give(names, user.AsParty(), row => row.UserId == user.Id, role => New(role, userId: user.Id));

    public void Give(IEnumerable<string> names, Group group) =>
        Give(names, group.AsParty(), row => row.GroupId == group.Id, role => New(role, groupId: group.Id));

    public void Give(IEnumerable<string> names, string clientId) =>
        Give(names, new("client", clientId), row => row.ClientId == clientId, role => New(role, clientId: clientId));

    private void Give(IEnumerable<string> names, AuditParty subject, Func<RoleAssignment, bool> isSubjects, Func<Role, RoleAssignment> create)
    {
        foreach (var role in names.Select(name => roles[Role.Normalize(name)]).Distinct())
        {
            if (!held.Any(row => row.RoleId == role.Id && isSubjects(row)))
            {
                var assignment = create(role);
                held.Add(assignment);
                Given.Add(role.Id);
                store.RoleAssignments.Add(assignment);
                audit.Record(store, AuditEventTypes.RoleAssigned, assignment.AsParty() with { Name = role.Name }, after: new { role = role.AsParty(), subject }, origin: AuditOrigin.System);
            }
        }
    }

    private RoleAssignment New(Role role, Guid? userId = null, Guid? groupId = null, string? clientId = null) =>
        new() { Id = Guid.CreateVersion7(now), RoleId = role.Id, UserId = userId, GroupId = groupId, ClientId = clientId, CreatedAt = now };
}
