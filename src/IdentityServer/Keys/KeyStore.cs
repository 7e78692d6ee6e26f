using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Events;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Keys;
using UserDomain.IdentityStore.Sessions;

namespace UserDomain.IdentityServer.Keys;

/// <summary>The stored ring, and every change of a key's state with its audit event.</summary>
internal sealed class KeyStore(IdentityStoreContext store, KeyMaker maker, AuditRecorder audit, TimeProvider time)
{
    private const long LockKey = 0x7564_6b65_7973;

    public DateTimeOffset Now => time.GetStoredNow();

    /// <summary>The keys as they are now, to look at.</summary>
    public Task<List<ServerKey>> ReadAsync(CancellationToken cancellationToken) => store.ServerKeys.AsNoTracking().ToListAsync(cancellationToken);

    /// <summary>Changes the ring. Whoever else changes it, another replica or a command, waits until this has ended.</summary>
    public async Task<T> ChangeAsync<T>(Func<List<ServerKey>, T> change, CancellationToken cancellationToken)
    {
        await using var transaction = await store.BeginLockedAsync(LockKey, cancellationToken);
        var result = change(await store.ServerKeys.ToListAsync(cancellationToken));
        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    public ServerKey Make(KeyKind kind, DateTimeOffset activeFrom)
    {
        var now = Now;
        var key = maker.Make(kind, now, activeFrom);
        store.ServerKeys.Add(key);
        Record(AuditEventTypes.KeyCreated, key, after: new { kind.Use, kind.Algorithm, ActiveFrom = activeFrom });
        return key;
    }

    public void BringForward(ServerKey key, DateTimeOffset activeFrom)
    {
        Record(AuditEventTypes.KeyBroughtForward, key, new { key.ActiveFrom }, new { ActiveFrom = activeFrom });
        key.ActiveFrom = activeFrom;
    }

    public void Activate(ServerKey key) => Record(AuditEventTypes.KeyActivated, key, after: new { key.ActiveFrom });

    public void Retire(ServerKey key, DateTimeOffset at)
    {
        key.RetiredAt = at;
        Record(AuditEventTypes.KeyRetired, key, after: new { RetiredAt = at });
    }

    public void Delete(ServerKey key)
    {
        store.ServerKeys.Remove(key);
        Record(AuditEventTypes.KeyDeleted, key, before: new { key.Use, key.Algorithm, key.ActiveFrom, key.RetiredAt });
    }

    /// <summary>Deletes a key somebody else may have, so that no replica can use it, and says so to those who hold its public part.</summary>
    public void Withdraw(ServerKey key)
    {
        store.ServerKeys.Remove(key);
        store.Revocations.Add(Revocation.OfKey(key.Id, Now));
        Record(AuditEventTypes.KeyCompromised, key, before: new { key.Use, key.Algorithm, key.ActiveFrom, key.RetiredAt });
    }

    public Task<bool> WasWithdrawnAsync(string id, CancellationToken cancellationToken) =>
        store.Revocations.AnyAsync(row => row.Kind == RevocationKinds.Key && row.Value == id, cancellationToken);

    private void Record(string type, ServerKey key, object? before = null, object? after = null) =>
        audit.Record(store, type, key.AsParty(), before, after, AuditOrigin.System);
}
