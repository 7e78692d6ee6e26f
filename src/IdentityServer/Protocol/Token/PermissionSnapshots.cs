using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Roles;

namespace UserDomain.IdentityServer.Protocol.Token;

/// <summary>What roles carry and what clients hold, as it was a moment ago. A change is in new tokens within <see cref="Lifetime"/>.</summary>
internal sealed class PermissionSnapshots(TimeProvider time) : IDisposable
{
    private const int MostClients = 10_000;
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(2);

    private readonly MemoryCache _clients = new(new MemoryCacheOptions { SizeLimit = MostClients });
    private volatile Graph? _graph;

    /// <summary>The permissions of roles, those of the roles they include among them.</summary>
    public async ValueTask<IReadOnlySet<string>> OfRolesAsync(IdentityStoreContext store, IReadOnlyCollection<Guid> roles, CancellationToken cancellationToken)
    {
        if (roles.Count == 0)
        {
            return FrozenSet<string>.Empty;
        }

        return (await FindAsync(store, roles, cancellationToken)).SelectMany(role => role.Permissions).ToHashSet();
    }

    /// <summary>The shortest times roles and those they include ask of sessions.</summary>
    public async ValueTask<SessionTimes> SessionTimesOfAsync(IdentityStoreContext store, IReadOnlyCollection<Guid> roles, CancellationToken cancellationToken)
    {
        if (roles.Count == 0)
        {
            return SessionTimes.OfProduct;
        }

        var found = await FindAsync(store, roles, cancellationToken);
        return new(found.Min(role => role.Times.Idle), found.Min(role => role.Times.Lifetime));
    }

    /// <summary>The permissions of a client of the operator.</summary>
    public async ValueTask<IReadOnlySet<string>> OfClientAsync(IdentityStoreContext store, string clientId, CancellationToken cancellationToken)
    {
        if (_clients.TryGetValue(clientId, out IReadOnlySet<string>? held))
        {
            return held!;
        }

        var roles = await store.RoleAssignments.Where(assignment => assignment.ClientId == clientId).Select(assignment => assignment.RoleId).ToListAsync(cancellationToken);
        return _clients.Set(clientId, await OfRolesAsync(store, roles, cancellationToken), new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = Lifetime, Size = 1 });
    }

    public void Dispose() => _clients.Dispose();

    private async ValueTask<List<KnownRole>> FindAsync(IdentityStoreContext store, IReadOnlyCollection<Guid> roles, CancellationToken cancellationToken)
    {
        var graph = _graph;
        if (graph is null || time.GetElapsedTime(graph.Since) > Lifetime || !roles.All(graph.Roles.ContainsKey))
        {
            _graph = graph = new(await LoadAsync(store, cancellationToken), time.GetTimestamp());
        }

        return [.. roles.Select(role => graph.Roles.GetValueOrDefault(role)).OfType<KnownRole>()];
    }

    // In one statement: of several, each sees what was committed since the one before, and what a new role carries is put on none or takes that of another away.
    private static async Task<FrozenDictionary<Guid, KnownRole>> LoadAsync(IdentityStoreContext store, CancellationToken cancellationToken)
    {
        var roles = await store.Roles.AsNoTrackingWithIdentityResolution().AsSingleQuery().Include(role => role.Permissions).Include(role => role.Includes).ToListAsync(cancellationToken);
        return roles.ToFrozenDictionary(role => role.Id, role =>
        {
            var all = WithIncluded(role, []).ToList();
            return new KnownRole(
                [.. all.SelectMany(one => one.Permissions.Select(permission => permission.Name)).Distinct()],
                new(all.Min(one => one.SessionIdleTimeout), all.Min(one => one.SessionLifetime)));
        });
    }

    // Inclusion is kept free of cycles when roles are saved; two replicas saving at once could still close one.
    private static IEnumerable<Role> WithIncluded(Role role, HashSet<Guid> seen) => seen.Add(role.Id)
        ? role.Includes.SelectMany(included => WithIncluded(included, seen)).Prepend(role)
        : [];

    private sealed record KnownRole(string[] Permissions, SessionTimes Times);

    private sealed record Graph(FrozenDictionary<Guid, KnownRole> Roles, long Since);
}

/// <summary>What roles ask of sessions (SES-02), in seconds; null where they say nothing.</summary>
/// <param name="Idle">Without use.</param>
/// <param name="Lifetime">In any case.</param>
internal sealed record SessionTimes(int? Idle, int? Lifetime)
{
    /// <summary>Nothing, for the product to say.</summary>
    public static readonly SessionTimes OfProduct = new(null, null);
}
