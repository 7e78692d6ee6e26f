using Microsoft.Extensions.Options;
using UserDomain.Database.Leases;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Keys;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.IdentityServer.Keys;

/// <summary>Makes, retires and deletes keys when they are due, and loads what is in the store.</summary>
internal sealed class KeyRotation(KeyStore keys, KeyRing ring, KeyRingOptions options, Lease<IdentityStoreContext> lease, IOptions<KeySettings> settings)
{
    /// <summary>Keys of one kind an operator can have beside each other: everybody reads all that are published.</summary>
    public const int MostOfAKind = 7;

    private const string LeaseName = "key-rotation";

    private static readonly Guid Holder = Guid.CreateVersion7();

    /// <summary>Makes the first keys, or catches up with what was due while nothing ran, and loads the ring.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (IsDue(await keys.ReadAsync(cancellationToken)))
        {
            await CatchUpAsync(cancellationToken);
        }

        ring.Take(await keys.ReadAsync(cancellationToken), keys.Now);
    }

    /// <summary>Does what is due, if no other replica is at it, and loads the ring if it is another one.</summary>
    public async Task TurnAsync(CancellationToken cancellationToken)
    {
        var stored = await keys.ReadAsync(cancellationToken);
        if (IsDue(stored) && await lease.TryHoldAsync(LeaseName, Holder, cancellationToken))
        {
            await CatchUpAsync(cancellationToken);
            stored = await keys.ReadAsync(cancellationToken);
        }

        if (ring.Take(stored, keys.Now))
        {
            options.Changed();
        }
    }

    /// <summary>
    /// Announces the next key of each kind now and not by the calendar. It is used as soon as everybody who asks for keys has asked again; where one was
    /// announced already it is used as soon as that is so.
    /// </summary>
    /// <exception cref="StartupException">There are too many keys.</exception>
    public Task HastenAsync(CancellationToken cancellationToken) => keys.ChangeAsync(stored =>
    {
        var now = keys.Now;
        foreach (var kind in KeyKind.All)
        {
            Hasten(kind, kind.In(stored), now);
        }

        return true;
    }, cancellationToken);

    internal Task<bool> CatchUpAsync(CancellationToken cancellationToken) => keys.ChangeAsync(stored =>
    {
        var plan = KeyPlan.Of(stored, settings.Value, keys.Now);
        foreach (var (kind, activeFrom) in plan.Make)
        {
            keys.Make(kind, activeFrom);
        }

        foreach (var (key, successor) in plan.Retire)
        {
            keys.Activate(successor);
            keys.Retire(key, successor.ActiveFrom);
        }

        foreach (var key in plan.Delete)
        {
            keys.Delete(key);
        }

        return true;
    }, cancellationToken);

    private bool IsDue(List<ServerKey> stored) => !KeyPlan.Of(stored, settings.Value, keys.Now).IsEmpty;

    private void Hasten(KeyKind kind, List<ServerKey> stored, DateTimeOffset now)
    {
        if (stored is not [.., { } last] || last.ActiveFrom <= now)
        {
            if (stored.Count >= MostOfAKind)
            {
                throw new StartupException($"There are {MostOfAKind} keys for {kind.Algorithm} already: wait until the first of them is deleted, list-keys says when");
            }

            keys.Make(kind, now + KeySettings.ShortestAnnouncement);
            return;
        }

        var known = last.CreatedAt + KeySettings.ShortestAnnouncement;
        var earliest = known > now + KeySettings.Settling ? known : now + KeySettings.Settling;
        if (last.ActiveFrom > earliest)
        {
            keys.BringForward(last, earliest);
        }
    }
}
