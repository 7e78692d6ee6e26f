using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Events;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Roles;
using UserDomain.RoleApi.Rights;
using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.RoleApi.Roles;

/// <summary>Changes and deletes roles that exist.</summary>
internal sealed class RoleEditor(IdentityStoreContext store, RightsGuard rights, AuditRecorder audit, TimeProvider time)
{
    /// <returns>The changed role, or why it stays as it is.</returns>
    public async Task<(Role? Role, ProblemHttpResult? Refusal)> UpdateAsync(
        Guid id, UpdateRoleRequest request, HttpContext http, CancellationToken cancellationToken)
    {
        await using var change = await rights.BeginAsync(http);
        if (await FindAsync(id, cancellationToken) is not { } role)
        {
            return (null, Problems.RoleNotFound());
        }

        if ((Refuse(role, change) ?? ETags.Mismatch(http, role.Version)) is { } refusal)
        {
            return (null, refusal);
        }

        var before = role.AsAudited();
        if (await ApplyAsync(role, request, change, cancellationToken) is { } invalid)
        {
            return (null, invalid);
        }

        if (store.ChangeTracker.HasChanges())
        {
            await RecordAsync(role, before, role.AsAudited(), change);
        }

        return await change.CommitAsync(Problems.RoleNameTaken(role.Name)) is { } lost ? (null, lost) : (role, null);
    }

    /// <returns>Why it stays; null when it is gone.</returns>
    public async Task<ProblemHttpResult?> DeleteAsync(Guid id, HttpContext http, CancellationToken cancellationToken)
    {
        await using var change = await rights.BeginAsync(http);
        if (await FindAsync(id, cancellationToken) is not { } role)
        {
            return Problems.RoleNotFound();
        }

        if ((Refuse(role, change) ?? ETags.Mismatch(http, role.Version)) is { } refusal)
        {
            return refusal;
        }

        var includers = await store.Roles.Where(other => other.Includes.Any(included => included.Id == id))
            .OrderBy(other => other.NormalizedName).Select(other => other.Name).ToListAsync(cancellationToken);
        if (includers.Count > 0)
        {
            return Problems.RoleIncluded(includers);
        }

        await change.RevokeHoldersAsync([id]);
        var assignments = await store.RoleAssignments.Where(assignment => assignment.RoleId == id).ToListAsync(cancellationToken);
        foreach (var assignment in assignments)
        {
            audit.Record(store, AuditEventTypes.RoleUnassigned, assignment.AsParty(), before: assignment.AsAudited(role));
        }

        store.RoleAssignments.RemoveRange(assignments);
        store.Roles.Remove(role);
        audit.Record(store, AuditEventTypes.RoleDeleted, role.AsParty(), before: role.AsAudited());
        return await change.CommitAsync();
    }

    private Task<Role?> FindAsync(Guid id, CancellationToken cancellationToken) => store.Roles.AsSplitQuery()
        .Include(role => role.Permissions).Include(role => role.Includes).FirstOrDefaultAsync(role => role.Id == id, cancellationToken);

    private static ProblemHttpResult? Refuse(Role role, RightsChange change) =>
        role.BuiltIn ? Problems.RoleBuiltIn(role.Name) : change.Caller.RefuseRoles([role.Id]);

    private async Task RecordAsync(Role role, AuditedRole before, AuditedRole after, RightsChange change)
    {
        if (before.Permissions.Except(after.Permissions).Any() || before.Includes.Except(after.Includes).Any())
        {
            await change.RevokeHoldersAsync([role.Id]);
        }

        change.ShortenHolders([role.Id]);
        role.Touch(time.GetStoredNow());
        audit.Record(store, AuditEventTypes.RoleUpdated, role.AsParty(), before, after);
    }

    private async Task<ProblemHttpResult?> ApplyAsync(Role role, UpdateRoleRequest request, RightsChange change, CancellationToken cancellationToken)
    {
        role.Name = request.Name ?? role.Name;
        role.NormalizedName = Role.Normalize(role.Name);
        role.Description = request.Description ?? role.Description;
        RoleContents.SetSessionTimes(role, request.SessionIdleTimeout, request.SessionLifetime);
        return await RoleContents.SetPermissionsAsync(store, change, role, request.Permissions, cancellationToken)
            ?? await RoleContents.SetIncludesAsync(store, change, role, request.Includes, cancellationToken);
    }
}
