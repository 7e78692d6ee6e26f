using System.Collections.Frozen;
using UserDomain.IdentityServer.Protocol.Subjects;
using UserDomain.IdentityStore;
using UserDomain.ServiceDefaults.Backchannel;

namespace UserDomain.IdentityServer.Protocol.Token;

/// <summary>The permissions of whoever a token is for: a user, a client of the operator, or one of our own services.</summary>
internal sealed class SubjectPermissions(IdentityStoreContext store, SubjectGate gate, PermissionSnapshots snapshots)
{
    private static readonly FrozenDictionary<string, FrozenSet<string>> OwnServices =
        ServiceCredentials.Scopes.ToFrozenDictionary(pair => ServiceCredentials.ClientIdOf(pair.Key), pair => pair.Value.ToFrozenSet());

    /// <param name="subject">The <c>sub</c> of the token.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public async ValueTask<IReadOnlySet<string>> OfAsync(string subject, CancellationToken cancellationToken)
    {
        if (Guid.TryParseExact(subject, "D", out var user))
        {
            return await snapshots.OfRolesAsync(store, gate.RolesOf(user), cancellationToken);
        }

        return OwnServices.TryGetValue(subject, out var own) ? own : await snapshots.OfClientAsync(store, subject, cancellationToken);
    }

    /// <param name="roles">Roles of a user who has passed the gate.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public ValueTask<IReadOnlySet<string>> OfRolesAsync(IReadOnlyCollection<Guid> roles, CancellationToken cancellationToken) => snapshots.OfRolesAsync(store, roles, cancellationToken);

    /// <param name="subject">The <c>sub</c> of the token.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public ValueTask<SessionTimes> SessionTimesOfAsync(string subject, CancellationToken cancellationToken) => Guid.TryParseExact(subject, "D", out var user)
        ? SessionTimesOfRolesAsync(gate.RolesOf(user), cancellationToken)
        : new(SessionTimes.OfProduct);

    /// <param name="roles">Roles of a user who has passed the gate.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public ValueTask<SessionTimes> SessionTimesOfRolesAsync(IReadOnlyCollection<Guid> roles, CancellationToken cancellationToken) => snapshots.SessionTimesOfAsync(store, roles, cancellationToken);
}
