using Microsoft.AspNetCore.Http.HttpResults;
using UserDomain.Contracts;
using UserDomain.IdentityStore.Roles;

namespace UserDomain.RoleApi.Rights;

/// <summary>What the caller holds, and therefore may give, change and take away (AUZ-04).</summary>
internal sealed class CallerRights(RoleGraph graph, IReadOnlyList<HeldPermission> held)
{
    private readonly HashSet<string> _permissions = [.. held.Select(one => one.Permission)];

    // An administrator stands above every right, those the operator has named included.
    private readonly bool _administrator = graph.Administrator is { } administrator
        && held.Any(one => one.Path.Any(party => party.Type == "role" && party.Id == administrator.ToString()));

    /// <summary>The refusal when the roles, or what they include, carry more than the caller holds; else null.</summary>
    public ProblemHttpResult? RefuseRoles(IEnumerable<Guid> roles)
    {
        var all = graph.Included(roles);

        // Who holds every built-in permission by other roles still is no administrator, who may give any permission there is.
        return !_administrator && graph.Administrator is { } administrator && all.Contains(administrator)
            ? Problems.AboveOwnRights([$"the role {BuiltInRoles.Administrator}"])
            : RefusePermissions(graph.PermissionsOf(all));
    }

    /// <summary>The refusal when the caller lacks one of the permissions; else null.</summary>
    public ProblemHttpResult? RefusePermissions(IEnumerable<string> permissions)
    {
        var missing = _administrator ? [] : permissions.Except(_permissions).Order(StringComparer.Ordinal).ToList();
        return missing.Count > 0 ? Problems.AboveOwnRights(missing) : null;
    }
}
