using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using UserDomain.IdentityStore.Roles;
using UserDomain.IdentityStore.Users;
using UserDomain.ServiceDefaults.Authorization;

namespace UserDomain.ProfileApi.Users;

/// <summary>Whom a caller may act on (AUZ-04). What is held counts as it stands in the store, not as a token remembers it.</summary>
internal sealed class TargetRules(EffectivePermissions permissions, Administrators administrators)
{
    /// <summary>The refusal when the user holds a permission the caller lacks.</summary>
    public async Task<ProblemHttpResult?> RefuseAboveAsync(ClaimsPrincipal principal, User target, CancellationToken cancellationToken)
    {
        var caller = Caller.Of(principal);
        if (caller.UserId == target.Id)
        {
            return null;
        }

        var missing = Names(await permissions.OfUserAsync(target.AsParty(), target.Id, cancellationToken));
        missing.ExceptWith(Names(caller.UserId is { } user
            ? await permissions.OfUserAsync(new("user", caller.Subject), user, cancellationToken)
            : await permissions.OfClientAsync(caller.Subject, cancellationToken)));
        return missing.Count == 0 ? null : Problems.TargetAboveCaller();
    }

    /// <summary>The refusal to disable or delete a user. The caller holds the lock of <see cref="Administrators"/>.</summary>
    public async Task<ProblemHttpResult?> RefuseEndAsync(ClaimsPrincipal principal, User target, CancellationToken cancellationToken)
    {
        if (Caller.Of(principal).UserId == target.Id)
        {
            return Problems.SelfNotAllowed();
        }

        return await RefuseAboveAsync(principal, target, cancellationToken)
            ?? (await administrators.IsLastAsync(target.Id, cancellationToken) ? Problems.LastAdministrator() : null);
    }

    private static HashSet<string> Names(IEnumerable<HeldPermission> held) => [.. held.Select(permission => permission.Permission)];
}
