using Microsoft.AspNetCore.Http.HttpResults;
using UserDomain.Contracts;
using UserDomain.IdentityStore.Roles;
using UserDomain.ServiceDefaults.Authorization;

namespace UserDomain.IdentityServer.ClientApi;

/// <summary>
/// Which clients a caller may make, change and end (AUZ-04). Whoever has a secret of a client acts with its roles, and whoever chooses its
/// redirect URIs, with its scopes, for the people who sign in to it: the caller must hold as much. What is held counts as it stands in the store.
/// </summary>
internal sealed class ClientRights(EffectivePermissions permissions)
{
    /// <summary>The refusal when the client's roles and scopes reach further than what the caller holds; else null.</summary>
    public async Task<ProblemHttpResult?> RefuseAsync(HttpContext http, string clientId, IEnumerable<string> scopes)
    {
        var caller = Caller.Of(http.User);
        var held = caller.UserId is { } user
            ? await permissions.OfUserAsync(new("user", caller.Subject), user, http.RequestAborted)
            : await permissions.OfClientAsync(caller.Subject, http.RequestAborted);
        if (HasAdministrator(held))
        {
            // An administrator stands above every right, those the operator has named included.
            return null;
        }

        var ofClient = await permissions.OfClientAsync(clientId, http.RequestAborted);
        if (HasAdministrator(ofClient))
        {
            return Problems.AboveOwnRights([$"the role {BuiltInRoles.Administrator}"]);
        }

        var missing = NamesOf(ofClient).Concat(scopes.Where(NeedsPermission)).Except(NamesOf(held)).Order(StringComparer.Ordinal).ToList();
        return missing.Count == 0 ? null : Problems.AboveOwnRights(missing);
    }

    // Everybody has a profile of their own.
    private static bool NeedsPermission(string scope) => scope != Scopes.ProfileSelf && Api.OfScope(scope) is not null;

    // The name is taken from the first start on, and no other role may have it.
    private static bool HasAdministrator(IEnumerable<HeldPermission> held) =>
        held.Any(one => one.Path.Any(party => party is { Type: "role", Name: BuiltInRoles.Administrator }));

    private static IEnumerable<string> NamesOf(IEnumerable<HeldPermission> held) => held.Select(one => one.Permission);
}
