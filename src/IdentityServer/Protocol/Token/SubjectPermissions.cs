using System.Collections.Frozen;
using System.Security.Claims;
using OpenIddict.Abstractions;
using UserDomain.IdentityServer.Protocol.Subjects;
using UserDomain.IdentityStore;
using UserDomain.ServiceDefaults.Backchannel;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.Token;

/// <summary>The permissions of whoever a token is for: a user, a client of the operator, or one of our own services.</summary>
internal sealed class SubjectPermissions(IdentityStoreContext store, SubjectGate gate, PermissionSnapshots snapshots)
{
    private static readonly FrozenDictionary<string, FrozenSet<string>> OwnServices =
        ServiceCredentials.Scopes.ToFrozenDictionary(pair => ServiceCredentials.ClientIdOf(pair.Key), pair => pair.Value.ToFrozenSet());

    public async ValueTask<IReadOnlySet<string>> OfAsync(ClaimsPrincipal principal, CancellationToken cancellationToken)
    {
        var subject = principal.GetClaim(Claims.Subject)!;
        if (Guid.TryParseExact(subject, "D", out var user))
        {
            return await snapshots.OfRolesAsync(store, gate.RolesOf(user), cancellationToken);
        }

        return OwnServices.TryGetValue(subject, out var own) ? own : await snapshots.OfClientAsync(store, subject, cancellationToken);
    }
}
