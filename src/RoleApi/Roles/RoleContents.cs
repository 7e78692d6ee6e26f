using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Roles;
using UserDomain.IdentityStore.Sessions;
using UserDomain.RoleApi.Rights;

namespace UserDomain.RoleApi.Roles;

/// <summary>Sets what a role carries and includes, within the rights of who does it.</summary>
internal static class RoleContents
{
    public const int MaxEntries = 200;

    // Every path is walked when a token is made: without a bound, forty roles in pairs would have a million.
    private const int MostPaths = 1000;

    /// <summary>Sets how long sessions of who holds the role live; null leaves it as it is, and what the product says is the same as nothing.</summary>
    public static void SetSessionTimes(Role role, int? idle, int? lifetime)
    {
        role.SessionIdleTimeout = (idle ?? role.SessionIdleTimeout) is < SessionLimit.LongestIdle and var shorter ? shorter : null;
        role.SessionLifetime = (lifetime ?? role.SessionLifetime) is < SessionLimit.LongestLifetime and var sooner ? sooner : null;
    }

    /// <summary>Sets the permissions; null leaves them as they are.</summary>
    public static async Task<ProblemHttpResult?> SetPermissionsAsync(
        IdentityStoreContext store, RightsChange change, Role role, IReadOnlyList<string>? names, CancellationToken cancellationToken)
    {
        if (names is null)
        {
            return null;
        }

        var found = await store.Permissions.Where(permission => names.Contains(permission.Name)).ToListAsync(cancellationToken);
        if (names.Except(found.Select(permission => permission.Name)).FirstOrDefault() is { } unknown)
        {
            return Problems.UnknownPermission(unknown);
        }

        role.Permissions.Clear();
        role.Permissions.AddRange(found);
        return change.Caller.RefusePermissions(found.Select(permission => permission.Name));
    }

    /// <summary>Sets the included roles; null leaves them as they are.</summary>
    public static async Task<ProblemHttpResult?> SetIncludesAsync(
        IdentityStoreContext store, RightsChange change, Role role, IReadOnlyList<string>? names, CancellationToken cancellationToken)
    {
        if (names is null)
        {
            return null;
        }

        var normalized = names.Select(Role.Normalize).ToList();
        var found = await store.Roles.Where(included => normalized.Contains(included.NormalizedName)).ToListAsync(cancellationToken);
        if (names.FirstOrDefault(name => found.All(included => included.NormalizedName != Role.Normalize(name))) is { } unknown)
        {
            return Problems.UnknownRole(unknown);
        }

        var ids = found.Select(included => included.Id).ToList();
        if (change.Graph.Included(ids).Contains(role.Id))
        {
            return Problems.InclusionCycle(role.Name);
        }

        if (change.Graph.WithIncludes(role.Id, ids).MostPaths() > MostPaths)
        {
            return Problems.TooManyPaths(MostPaths);
        }

        role.Includes.Clear();
        role.Includes.AddRange(found);
        return change.Caller.RefuseRoles(ids);
    }
}
