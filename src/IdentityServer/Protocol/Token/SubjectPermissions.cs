using System.Security.Claims;
using OpenIddict.Abstractions;
using UserDomain.Contracts;
using UserDomain.IdentityStore.Roles;
using UserDomain.ServiceDefaults.Backchannel;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.Token;

/// <summary>The permissions of whoever a token is for: a user, a client of the operator, or one of our own services.</summary>
internal sealed class SubjectPermissions(EffectivePermissions effective)
{
    private static readonly Dictionary<string, IReadOnlyList<string>> OwnServices =
        ServiceCredentials.Scopes.ToDictionary(pair => ServiceCredentials.ClientIdOf(pair.Key), pair => pair.Value);

    public async Task<IReadOnlySet<string>> OfAsync(ClaimsPrincipal principal, CancellationToken cancellationToken)
    {
        var subject = principal.GetClaim(Claims.Subject)!;
        if (Guid.TryParseExact(subject, "D", out var user))
        {
            return Names(await effective.OfUserAsync(new AuditParty("user", subject), user, cancellationToken));
        }

        return OwnServices.TryGetValue(subject, out var own) ? own.ToHashSet() : Names(await effective.OfClientAsync(subject, cancellationToken));
    }

    private static HashSet<string> Names(IReadOnlyList<HeldPermission> held) => [.. held.Select(one => one.Permission)];
}
