using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;
using UserDomain.IdentityStore;
using UserDomain.ServiceDefaults.Authorization;

namespace UserDomain.RoleApi.EffectivePermissions;

internal static class EffectivePermissionEndpoints
{
    public static void MapEffectivePermissions(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/effective-permissions", Get).WithTags("Effective permissions").RequireAccess(Scopes.RolesRead);

    private static async Task<Results<Ok<EffectivePermissionsResponse>, ProblemHttpResult>> Get(
        Guid user, IdentityStoreContext store, IdentityStore.Roles.EffectivePermissions permissions, CancellationToken cancellationToken)
    {
        if (await store.Users.AsNoTracking().FirstOrDefaultAsync(one => one.Id == user, cancellationToken) is not { } found)
        {
            return Problems.UserNotFound();
        }

        var held = await permissions.OfUserAsync(found.AsParty(), found.Id, cancellationToken);
        return TypedResults.Ok(new EffectivePermissionsResponse(
            new(found.Id, found.UserName!),
            [
                .. held.GroupBy(one => one.Permission).OrderBy(group => group.Key, StringComparer.Ordinal)
                    .Select(group => new EffectivePermission(group.Key, [.. group.Select(one => one.Path)])),
            ]));
    }
}

/// <summary>What a user may do, and why.</summary>
/// <param name="User">The user.</param>
/// <param name="Permissions">Each permission once, by name.</param>
public sealed record EffectivePermissionsResponse(PermissionHolder User, IReadOnlyList<EffectivePermission> Permissions);

/// <summary>Whose permissions they are.</summary>
/// <param name="Id">The user's id.</param>
/// <param name="Name">The user's name.</param>
public sealed record PermissionHolder(Guid Id, string Name);

/// <summary>A permission, with every path by which it is held.</summary>
/// <param name="Name">Name of the permission.</param>
/// <param name="Paths">Each from the user over a group, if any, and roles to the role that carries it.</param>
public sealed record EffectivePermission(string Name, IReadOnlyList<IReadOnlyList<AuditParty>> Paths);
