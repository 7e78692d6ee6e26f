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

namespace UserDomain.RoleApi.Permissions;

internal static class PermissionEndpoints
{
    public static void MapPermissions(this IEndpointRouteBuilder routes)
    {
        var permissions = routes.MapGroup("/permissions").WithTags("Permissions");

        permissions.MapGet("/", List).RequireAccess(Scopes.RolesRead);
        permissions.MapPost("/", Create).WithIdempotency<IdentityStoreContext, CreatePermissionRequest>().RequireAccess(Scopes.RolesWrite);
        permissions.MapGet("/{id:guid}", Get).RequireAccess(Scopes.RolesRead);
        permissions.MapPatch("/{id:guid}", Update).RequireAccess(Scopes.RolesWrite);
        permissions.MapDelete("/{id:guid}", Delete).RequireAccess(Scopes.RolesWrite);
    }

    private static async Task<Results<Ok<Page<PermissionResponse>>, ProblemHttpResult>> List(
        [StringLength(Names.MaxLength), PlainText] string? query, [AsParameters] PageQuery page,
        IdentityStoreContext store, CursorCodec cursors, CancellationToken cancellationToken)
    {
        // Names are in lower case; SQLite would find them in any, PostgreSQL in none but theirs.
        var start = (query ?? "").ToLowerInvariant();
        var list = $"permissions?query={start}";
        if (cursors.Refuse(list, page, out var after) is { } refusal)
        {
            return refusal;
        }

        var items = await store.Permissions
            .Where(permission => permission.Name.StartsWith(start) && (after == null || permission.Name.CompareTo(after) > 0))
            .OrderBy(permission => permission.Name).Take(page.Size + 1).Select(PermissionResponse.Projection).ToListAsync(cancellationToken);
        return TypedResults.Ok(Page.Of(items, page.Size, permission => cursors.Encode(list, permission.Name)));
    }

    private static async Task<Results<Created<PermissionResponse>, ProblemHttpResult>> Create(
        CreatePermissionRequest request, IdentityStoreContext store, AuditRecorder audit, TimeProvider time, HttpContext http)
    {
        var now = time.GetStoredNow();
        var permission = new Permission
        {
            Id = Guid.CreateVersion7(now),
            Name = request.Name,
            Description = request.Description ?? "",
            CreatedAt = now,
            UpdatedAt = now,
        };
        store.Permissions.Add(permission);
        audit.Record(store, AuditEventTypes.PermissionCreated, permission.AsParty(), after: permission.AsAudited());
        if (await store.TrySaveAsync(http, Problems.PermissionNameTaken(permission.Name)) is { } lost)
        {
            return lost;
        }

        ETags.Set(http, permission.Version);
        return TypedResults.Created($"/api/v1/permissions/{permission.Id}", PermissionResponse.Of(permission));
    }

    private static async Task<Results<Ok<PermissionResponse>, ProblemHttpResult>> Get(
        Guid id, IdentityStoreContext store, HttpContext http, CancellationToken cancellationToken)
    {
        if (await store.Permissions.Where(permission => permission.Id == id).Select(PermissionResponse.Projection).FirstOrDefaultAsync(cancellationToken)
            is not { } permission)
        {
            return Problems.PermissionNotFound();
        }

        ETags.Set(http, permission.Version);
        return TypedResults.Ok(permission);
    }

    private static async Task<Results<Ok<PermissionResponse>, ProblemHttpResult>> Update(
        Guid id, UpdatePermissionRequest request, IdentityStoreContext store, AuditRecorder audit, TimeProvider time,
        HttpContext http, CancellationToken cancellationToken)
    {
        if (await store.Permissions.FirstOrDefaultAsync(permission => permission.Id == id, cancellationToken) is not { } permission)
        {
            return Problems.PermissionNotFound();
        }

        if ((Refuse(permission) ?? ETags.Mismatch(http, permission.Version)) is { } refusal)
        {
            return refusal;
        }

        var before = permission.AsAudited();
        permission.Description = request.Description ?? permission.Description;
        if (store.ChangeTracker.HasChanges())
        {
            permission.Touch(time.GetStoredNow());
            audit.Record(store, AuditEventTypes.PermissionUpdated, permission.AsParty(), before, permission.AsAudited());
        }

        if (await store.TrySaveAsync(http) is { } lost)
        {
            return lost;
        }

        ETags.Set(http, permission.Version);
        return TypedResults.Ok(PermissionResponse.Of(permission));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid id, IdentityStoreContext store, RightsGuard rights, AuditRecorder audit, TimeProvider time,
        HttpContext http, CancellationToken cancellationToken)
    {
        await using var change = await rights.BeginAsync(http);
        if (await store.Permissions.FirstOrDefaultAsync(permission => permission.Id == id, cancellationToken) is not { } permission)
        {
            return Problems.PermissionNotFound();
        }

        var carriers = await store.Roles.AsSplitQuery().Include(role => role.Permissions).Include(role => role.Includes)
            .Where(role => role.Permissions.Any(carried => carried.Id == id)).ToListAsync(cancellationToken);
        var roles = carriers.Select(role => role.Id).ToList();
        if ((Refuse(permission) ?? change.Caller.RefuseRoles(roles) ?? ETags.Mismatch(http, permission.Version)) is { } refusal)
        {
            return refusal;
        }

        await change.RevokeHoldersAsync(roles);
        foreach (var role in carriers)
        {
            var before = role.AsAudited();
            role.Permissions.Remove(permission);
            role.Touch(time.GetStoredNow());
            audit.Record(store, AuditEventTypes.RoleUpdated, role.AsParty(), before, role.AsAudited());
        }

        store.Permissions.Remove(permission);
        audit.Record(store, AuditEventTypes.PermissionDeleted, permission.AsParty(), before: permission.AsAudited());
        return await change.CommitAsync() is { } lost ? lost : TypedResults.NoContent();
    }

    private static ProblemHttpResult? Refuse(Permission permission) =>
        permission.BuiltIn ? Problems.PermissionBuiltIn(permission.Name) : null;
}
