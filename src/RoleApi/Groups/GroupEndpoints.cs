using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Database.Idempotency;
using UserDomain.Events;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Groups;
using UserDomain.IdentityStore.Roles;
using UserDomain.RoleApi.Rights;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.ServiceDefaults.Lists;
using UserDomain.ServiceDefaults.Validation;

namespace UserDomain.RoleApi.Groups;

internal static class GroupEndpoints
{
    public static void MapGroups(this IEndpointRouteBuilder routes)
    {
        var groups = routes.MapGroup("/groups").WithTags("Groups");

        groups.MapGet("/", List).RequireAccess(Scopes.RolesRead);
        groups.MapPost("/", Create).WithIdempotency<IdentityStoreContext, CreateGroupRequest>().RequireAccess(Scopes.RolesWrite);
        groups.MapGet("/{id:guid}", Get).RequireAccess(Scopes.RolesRead);
        groups.MapPatch("/{id:guid}", Update).RequireAccess(Scopes.RolesWrite);
        groups.MapDelete("/{id:guid}", Delete).RequireAccess(Scopes.RolesWrite);
    }

    private static async Task<Results<Ok<Page<GroupResponse>>, ProblemHttpResult>> List(
        [StringLength(Names.MaxLength), PlainText] string? query, [AsParameters] PageQuery page,
        IdentityStoreContext store, CursorCodec cursors, CancellationToken cancellationToken)
    {
        var start = Role.Normalize(query ?? "");
        var list = $"groups?query={start}";
        if (cursors.Refuse(list, page, out var after) is { } refusal)
        {
            return refusal;
        }

        var items = await store.Groups
            .Where(group => group.NormalizedName.StartsWith(start) && (after == null || group.NormalizedName.CompareTo(after) > 0))
            .OrderBy(group => group.NormalizedName).Take(page.Size + 1).Select(GroupResponse.Projection).ToListAsync(cancellationToken);
        return TypedResults.Ok(Page.Of(items, page.Size, group => cursors.Encode(list, Role.Normalize(group.Name))));
    }

    private static async Task<Results<Created<GroupResponse>, ProblemHttpResult>> Create(
        CreateGroupRequest request, IdentityStoreContext store, AuditRecorder audit, TimeProvider time, HttpContext http)
    {
        var now = time.GetStoredNow();
        var group = new Group
        {
            Id = Guid.CreateVersion7(now),
            Name = request.Name,
            NormalizedName = Role.Normalize(request.Name),
            Description = request.Description ?? "",
            CreatedAt = now,
            UpdatedAt = now,
        };
        store.Groups.Add(group);
        audit.Record(store, AuditEventTypes.GroupCreated, group.AsParty(), after: group.AsAudited());
        if (await store.TrySaveAsync(http, Problems.GroupNameTaken(group.Name)) is { } lost)
        {
            return lost;
        }

        ETags.Set(http, group.Version);
        return TypedResults.Created($"/api/v1/groups/{group.Id}", GroupResponse.Of(group, memberCount: 0));
    }

    private static async Task<Results<Ok<GroupResponse>, ProblemHttpResult>> Get(
        Guid id, IdentityStoreContext store, HttpContext http, CancellationToken cancellationToken)
    {
        if (await store.Groups.Where(group => group.Id == id).Select(GroupResponse.Projection).FirstOrDefaultAsync(cancellationToken)
            is not { } group)
        {
            return Problems.GroupNotFound();
        }

        ETags.Set(http, group.Version);
        return TypedResults.Ok(group);
    }

    private static async Task<Results<Ok<GroupResponse>, ProblemHttpResult>> Update(
        Guid id, UpdateGroupRequest request, IdentityStoreContext store, AuditRecorder audit, TimeProvider time,
        HttpContext http, CancellationToken cancellationToken)
    {
        if (await store.Groups.FirstOrDefaultAsync(group => group.Id == id, cancellationToken) is not { } group)
        {
            return Problems.GroupNotFound();
        }

        if (ETags.Mismatch(http, group.Version) is { } refusal)
        {
            return refusal;
        }

        var before = group.AsAudited();
        group.Name = request.Name ?? group.Name;
        group.NormalizedName = Role.Normalize(group.Name);
        group.Description = request.Description ?? group.Description;
        if (store.ChangeTracker.HasChanges())
        {
            group.Touch(time.GetStoredNow());
            audit.Record(store, AuditEventTypes.GroupUpdated, group.AsParty(), before, group.AsAudited());
        }

        if (await store.TrySaveAsync(http, Problems.GroupNameTaken(group.Name)) is { } lost)
        {
            return lost;
        }

        ETags.Set(http, group.Version);
        return TypedResults.Ok(GroupResponse.Of(group, await store.GroupMembers.CountAsync(member => member.GroupId == id, cancellationToken)));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid id, IdentityStoreContext store, RightsGuard rights, AuditRecorder audit, HttpContext http, CancellationToken cancellationToken)
    {
        await using var change = await rights.BeginAsync(http);
        if (await store.Groups.FirstOrDefaultAsync(group => group.Id == id, cancellationToken) is not { } group)
        {
            return Problems.GroupNotFound();
        }

        var assignments = store.RoleAssignments.Where(assignment => assignment.GroupId == id);
        var given = await assignments.Include(assignment => assignment.Role).ToListAsync(cancellationToken);
        if ((change.Caller.RefuseRoles(given.Select(assignment => assignment.RoleId)) ?? ETags.Mismatch(http, group.Version)) is { } refusal)
        {
            return refusal;
        }

        await change.RevokeSubjectsAsync(assignments);
        given.ForEach(assignment =>
            audit.Record(store, AuditEventTypes.RoleUnassigned, assignment.AsParty(), before: assignment.AsAudited(assignment.Role!)));
        store.RoleAssignments.RemoveRange(given);
        store.Groups.Remove(group);
        audit.Record(store, AuditEventTypes.GroupDeleted, group.AsParty(), before: group.AsAudited());
        return await change.CommitAsync() is { } lost ? lost : TypedResults.NoContent();
    }
}
