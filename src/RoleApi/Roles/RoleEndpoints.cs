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

namespace UserDomain.RoleApi.Roles;

internal static class RoleEndpoints
{
    public static void MapRoles(this IEndpointRouteBuilder routes)
    {
        var roles = routes.MapGroup("/roles").WithTags("Roles");

        roles.MapGet("/", List).RequireAccess(Scopes.RolesRead);
        roles.MapPost("/", Create).WithIdempotency<IdentityStoreContext, CreateRoleRequest>().RequireAccess(Scopes.RolesWrite);
        roles.MapGet("/{id:guid}", Get).RequireAccess(Scopes.RolesRead);
        roles.MapPatch("/{id:guid}", Update).RequireAccess(Scopes.RolesWrite);
        roles.MapDelete("/{id:guid}", Delete).RequireAccess(Scopes.RolesWrite);
    }

    private static async Task<Results<Ok<Page<RoleResponse>>, ProblemHttpResult>> List(
        [StringLength(Names.MaxLength), PlainText] string? query, [AsParameters] PageQuery page,
        IdentityStoreContext store, CursorCodec cursors, CancellationToken cancellationToken)
    {
        var start = Role.Normalize(query ?? "");
        var list = $"roles?query={start}";
        if (cursors.Refuse(list, page, out var after) is { } refusal)
        {
            return refusal;
        }

        var items = await store.Roles.AsSplitQuery()
            .Where(role => role.NormalizedName.StartsWith(start) && (after == null || role.NormalizedName.CompareTo(after) > 0))
            .OrderBy(role => role.NormalizedName).Take(page.Size + 1).Select(RoleResponse.Projection).ToListAsync(cancellationToken);
        return TypedResults.Ok(Page.Of(items, page.Size, role => cursors.Encode(list, Role.Normalize(role.Name))));
    }

    private static async Task<Results<Created<RoleResponse>, ProblemHttpResult>> Create(
        CreateRoleRequest request, IdentityStoreContext store, RightsGuard rights, AuditRecorder audit, TimeProvider time,
        HttpContext http, CancellationToken cancellationToken)
    {
        await using var change = await rights.BeginAsync(http);
        var now = time.GetStoredNow();
        var role = new Role
        {
            Id = Guid.CreateVersion7(now),
            Name = request.Name,
            NormalizedName = Role.Normalize(request.Name),
            Description = request.Description ?? "",
            CreatedAt = now,
            UpdatedAt = now,
        };
        RoleContents.SetSessionTimes(role, request.SessionIdleTimeout, request.SessionLifetime);
        if ((await RoleContents.SetPermissionsAsync(store, change, role, request.Permissions, cancellationToken)
            ?? await RoleContents.SetIncludesAsync(store, change, role, request.Includes, cancellationToken)) is { } refusal)
        {
            return refusal;
        }

        store.Roles.Add(role);
        audit.Record(store, AuditEventTypes.RoleCreated, role.AsParty(), after: role.AsAudited());
        if (await change.CommitAsync(Problems.RoleNameTaken(role.Name)) is { } lost)
        {
            return lost;
        }

        ETags.Set(http, role.Version);
        return TypedResults.Created($"/api/v1/roles/{role.Id}", RoleResponse.Of(role));
    }

    private static async Task<Results<Ok<RoleResponse>, ProblemHttpResult>> Get(
        Guid id, IdentityStoreContext store, HttpContext http, CancellationToken cancellationToken)
    {
        if (await store.Roles.AsSplitQuery().Where(role => role.Id == id).Select(RoleResponse.Projection).FirstOrDefaultAsync(cancellationToken)
            is not { } role)
        {
            return Problems.RoleNotFound();
        }

        ETags.Set(http, role.Version);
        return TypedResults.Ok(role);
    }

    private static async Task<Results<Ok<RoleResponse>, ProblemHttpResult>> Update(
        Guid id, UpdateRoleRequest request, RoleEditor editor, HttpContext http, CancellationToken cancellationToken)
    {
        var (role, refusal) = await editor.UpdateAsync(id, request, http, cancellationToken);
        if (role is null)
        {
            return refusal!;
        }

        ETags.Set(http, role.Version);
        return TypedResults.Ok(RoleResponse.Of(role));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid id, RoleEditor editor, HttpContext http, CancellationToken cancellationToken) =>
        await editor.DeleteAsync(id, http, cancellationToken) is { } refusal ? refusal : TypedResults.NoContent();
}
