using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Database.Idempotency;
using UserDomain.Events;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Roles;
using UserDomain.RoleApi.Rights;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.ServiceDefaults.Lists;
using UserDomain.ServiceDefaults.Validation;

namespace UserDomain.RoleApi.Assignments;

internal static class RoleAssignmentEndpoints
{
    public static void MapRoleAssignments(this IEndpointRouteBuilder routes)
    {
        var assignments = routes.MapGroup("/role-assignments").WithTags("Role assignments");

        assignments.MapGet("/", List).RequireAccess(Scopes.RolesRead);
        assignments.MapPost("/", Create).WithIdempotency<IdentityStoreContext, CreateRoleAssignmentRequest>().RequireAccess(Scopes.RolesWrite);
        assignments.MapDelete("/{id:guid}", Delete).RequireAccess(Scopes.RolesWrite);
    }

    private static async Task<Results<Ok<Page<RoleAssignmentResponse>>, ProblemHttpResult>> List(
        Guid? user, Guid? group, [StringLength(255), PlainText] string? client, Guid? role, [AsParameters] PageQuery page,
        IdentityStoreContext store, CursorCodec cursors, CancellationToken cancellationToken)
    {
        var list = $"role-assignments?user={user}&group={group}&role={role}&client={client}";
        if (cursors.Refuse(list, page, out var cursor) is { } refusal)
        {
            return refusal;
        }

        Guid? after = cursor is null ? null : Guid.Parse(cursor);
        var items = await store.RoleAssignments
            .Where(assignment => (user == null || assignment.UserId == user) && (group == null || assignment.GroupId == group)
                && (client == null || assignment.ClientId == client) && (role == null || assignment.RoleId == role)
                && (after == null || assignment.Id.CompareTo(after.Value) > 0))
            .OrderBy(assignment => assignment.Id).Take(page.Size + 1)
            .SelectResponses(store).ToListAsync(cancellationToken);
        return TypedResults.Ok(Page.Of(items, page.Size, assignment => cursors.Encode(list, assignment.Id.ToString())));
    }

    private static async Task<Results<Created<RoleAssignmentResponse>, ProblemHttpResult>> Create(
        CreateRoleAssignmentRequest request, IdentityStoreContext store, RightsGuard rights, AuditRecorder audit, TimeProvider time,
        HttpContext http, CancellationToken cancellationToken)
    {
        await using var change = await rights.BeginAsync(http);
        if (await AssignmentRules.RefuseAsync(store, change, request, Caller.Of(http.User), cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var role = await store.Roles.FirstAsync(role => role.Id == request.RoleId, cancellationToken);
        var now = time.GetStoredNow();
        var assignment = new RoleAssignment
        {
            Id = Guid.CreateVersion7(now),
            RoleId = role.Id,
            UserId = request.UserId,
            GroupId = request.GroupId,
            ClientId = request.ClientId,
            CreatedAt = now,
        };
        store.RoleAssignments.Add(assignment);
        audit.Record(store, AuditEventTypes.RoleAssigned, assignment.AsParty() with { Name = role.Name }, after: assignment.AsAudited(role));
        change.ShortenHolders([role.Id]);
        if (await change.CommitAsync(Problems.AlreadyAssigned()) is { } lost)
        {
            return lost;
        }

        var created = await store.RoleAssignments.Where(row => row.Id == assignment.Id).SelectResponses(store).FirstAsync(cancellationToken);
        return TypedResults.Created($"/api/v1/role-assignments?role={role.Id}", created);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid id, IdentityStoreContext store, RightsGuard rights, AuditRecorder audit, HttpContext http, CancellationToken cancellationToken)
    {
        await using var change = await rights.BeginAsync(http);
        var found = store.RoleAssignments.Where(assignment => assignment.Id == id);
        if (await found.Include(assignment => assignment.Role).FirstOrDefaultAsync(cancellationToken) is not { } assignment)
        {
            return Problems.AssignmentNotFound();
        }

        if (change.Caller.RefuseRoles([assignment.RoleId]) is { } refusal)
        {
            return refusal;
        }

        await change.RevokeSubjectsAsync(found);
        store.RoleAssignments.Remove(assignment);
        audit.Record(store, AuditEventTypes.RoleUnassigned, assignment.AsParty() with { Name = assignment.Role!.Name }, before: assignment.AsAudited(assignment.Role!));
        return await change.CommitAsync() is { } lost ? lost : TypedResults.NoContent();
    }
}
