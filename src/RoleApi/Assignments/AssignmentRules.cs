using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Roles;
using UserDomain.RoleApi.Rights;
using UserDomain.ServiceDefaults.Authorization;

namespace UserDomain.RoleApi.Assignments;

/// <summary>Who may be given a role by whom, and how assignments are shown.</summary>
internal static class AssignmentRules
{
    /// <summary>The refusal of an assignment; null when it may be made.</summary>
    public static async Task<ProblemHttpResult?> RefuseAsync(
        IdentityStoreContext store, RightsChange change, CreateRoleAssignmentRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var role = request.RoleId!.Value;
        if (!await store.Roles.AnyAsync(one => one.Id == role, cancellationToken))
        {
            return Problems.UnknownRole(role.ToString());
        }

        return await RefuseSubjectAsync(store, request, caller, cancellationToken) ?? change.Caller.RefuseRoles([role]);
    }

    /// <summary>Shows assignments with the names of what they connect.</summary>
    public static IQueryable<RoleAssignmentResponse> SelectResponses(this IQueryable<RoleAssignment> assignments, IdentityStoreContext store) =>
        assignments.Select(assignment => new RoleAssignmentResponse(
            assignment.Id,
            new(assignment.RoleId, assignment.Role!.Name),
            Subject(
                assignment,
                store.Users.Where(user => user.Id == assignment.UserId).Select(user => user.UserName).FirstOrDefault()
                ?? store.Groups.Where(group => group.Id == assignment.GroupId).Select(group => group.Name).FirstOrDefault()
                ?? store.Set<OpenIddictEntityFrameworkCoreApplication<Guid>>().Where(client => client.ClientId == assignment.ClientId)
                    .Select(client => client.DisplayName ?? client.ClientId).FirstOrDefault()),
            assignment.CreatedAt));

    // Not in the query: databases spell UUIDs in their own ways.
    private static AssignmentSubject Subject(RoleAssignment assignment, string? name) => assignment switch
    {
        { UserId: { } user } => new("user", user.ToString(), name),
        { GroupId: { } group } => new("group", group.ToString(), name),
        _ => new("client", assignment.ClientId!, name),
    };

    private static async Task<ProblemHttpResult?> RefuseSubjectAsync(
        IdentityStoreContext store, CreateRoleAssignmentRequest request, Caller caller, CancellationToken cancellationToken)
    {
        switch (request)
        {
            case { UserId: { } user, GroupId: null, ClientId: null }:
                return user == caller.UserId ? Problems.SelfAssignment()
                    : await store.Users.AnyAsync(one => one.Id == user, cancellationToken) ? null : Problems.UnknownUser(user);
            case { UserId: null, GroupId: { } group, ClientId: null }:
                return await store.GroupMembers.AnyAsync(member => member.GroupId == group && member.UserId == caller.UserId, cancellationToken)
                    ? Problems.SelfAssignment()
                    : await store.Groups.AnyAsync(one => one.Id == group, cancellationToken) ? null : Problems.UnknownGroup(group);
            case { UserId: null, GroupId: null, ClientId: { } client }:
                return client == caller.Subject ? Problems.SelfAssignment()
                    : await store.Set<OpenIddictEntityFrameworkCoreApplication<Guid>>().AnyAsync(one => one.ClientId == client, cancellationToken)
                        ? null
                        : Problems.UnknownClient(client);
            default:
                return Problems.NotOneSubject();
        }
    }
}
