using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Events;
using UserDomain.IdentityStore;
using UserDomain.RoleApi.Rights;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.RoleApi.Groups;

internal static class GroupMemberEndpoints
{
    public static void MapGroupMembers(this IEndpointRouteBuilder routes)
    {
        var members = routes.MapGroup("/groups/{id:guid}/members").WithTags("Groups");

        members.MapGet("/", List).RequireAccess(Scopes.RolesRead);
        members.MapPut("/{userId:guid}", Add).RequireAccess(Scopes.RolesWrite);
        members.MapDelete("/{userId:guid}", Remove).RequireAccess(Scopes.RolesWrite);
    }

    private static async Task<Results<Ok<Page<GroupMemberResponse>>, ProblemHttpResult>> List(
        Guid id, [AsParameters] PageQuery page, IdentityStoreContext store, CursorCodec cursors, CancellationToken cancellationToken)
    {
        var list = $"groups/{id}/members";
        if (cursors.Refuse(list, page, out var after) is { } refusal)
        {
            return refusal;
        }

        if (!await store.Groups.AnyAsync(group => group.Id == id, cancellationToken))
        {
            return Problems.GroupNotFound();
        }

        var users = await store.GroupMembers.Where(member => member.GroupId == id)
            .Join(store.Users, member => member.UserId, user => user.Id, (_, user) => user)
            .Where(user => after == null || user.NormalizedUserName!.CompareTo(after) > 0)
            .OrderBy(user => user.NormalizedUserName).Take(page.Size + 1)
            .Select(user => new { Key = user.NormalizedUserName!, Member = new GroupMemberResponse(user.Id, user.UserName!, user.DisplayName) })
            .ToListAsync(cancellationToken);
        var cut = Page.Of(users, page.Size, user => cursors.Encode(list, user.Key));
        return TypedResults.Ok(new Page<GroupMemberResponse>([.. cut.Items.Select(user => user.Member)], cut.NextCursor));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Add(
        Guid id, Guid userId, IdentityStoreContext store, RightsGuard rights, AuditRecorder audit, TimeProvider time,
        HttpContext http, CancellationToken cancellationToken)
    {
        await using var change = await rights.BeginAsync(http);
        if (await store.Groups.FirstOrDefaultAsync(group => group.Id == id, cancellationToken) is not { } group)
        {
            return Problems.GroupNotFound();
        }

        if (await store.Users.FirstOrDefaultAsync(user => user.Id == userId, cancellationToken) is not { } user)
        {
            return Problems.UserNotFound();
        }

        if (await store.GroupMembers.AnyAsync(member => member.GroupId == id && member.UserId == userId, cancellationToken))
        {
            return TypedResults.NoContent();
        }

        var toSelf = userId == Caller.Of(http.User).UserId;
        if ((toSelf ? Problems.SelfAssignment() : change.Caller.RefuseRoles(await RolesOfAsync(store, id, cancellationToken))) is { } refusal)
        {
            return refusal;
        }

        store.GroupMembers.Add(new() { GroupId = id, UserId = userId });
        change.ShortenUser(userId);
        group.Touch(time.GetStoredNow());
        audit.Record(store, AuditEventTypes.GroupUpdated, group.AsParty(), after: new { member = user.AsParty() });
        return await change.CommitAsync() is { } lost ? lost : TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        Guid id, Guid userId, IdentityStoreContext store, RightsGuard rights, AuditRecorder audit, TimeProvider time,
        HttpContext http, CancellationToken cancellationToken)
    {
        await using var change = await rights.BeginAsync(http);
        var group = await store.Groups.FirstOrDefaultAsync(group => group.Id == id, cancellationToken);
        var member = await store.GroupMembers.FirstOrDefaultAsync(member => member.GroupId == id && member.UserId == userId, cancellationToken);
        if (group is null || member is null)
        {
            return group is null ? Problems.GroupNotFound() : Problems.MemberNotFound();
        }

        var roles = await RolesOfAsync(store, id, cancellationToken);
        if (change.Caller.RefuseRoles(roles) is { } refusal)
        {
            return refusal;
        }

        if (roles.Count > 0)
        {
            change.RevokeUser(userId);
        }

        var user = await store.Users.FirstAsync(user => user.Id == userId, cancellationToken);
        store.GroupMembers.Remove(member);
        group.Touch(time.GetStoredNow());
        audit.Record(store, AuditEventTypes.GroupUpdated, group.AsParty(), before: new { member = user.AsParty() });
        return await change.CommitAsync() is { } lost ? lost : TypedResults.NoContent();
    }

    private static Task<List<Guid>> RolesOfAsync(IdentityStoreContext store, Guid group, CancellationToken cancellationToken) =>
        store.RoleAssignments.Where(assignment => assignment.GroupId == group).Select(assignment => assignment.RoleId).ToListAsync(cancellationToken);
}
