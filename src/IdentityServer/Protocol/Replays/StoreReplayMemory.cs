using Microsoft.EntityFrameworkCore;
using UserDomain.IdentityStore;
using UserDomain.ServiceDefaults.Replays;

namespace UserDomain.IdentityServer.Protocol.Replays;

/// <summary>Remembers proofs and assertions in the database: for replicas without Redis, and for the time it is away.</summary>
internal sealed class StoreReplayMemory(IdentityStoreContext store, TimeProvider time) : IReplayMemory
{
    public async ValueTask<bool> TakeAsync(string id, TimeSpan memory, CancellationToken cancellationToken)
    {
        var expires = (time.GetUtcNow() + memory).ToUnixTimeSeconds() + 1;
        var written = store is PostgreSqlIdentityStoreContext
            ? await store.Database.ExecuteSqlAsync($"INSERT INTO identity.used_proofs (id, expires_at) VALUES ({id}, {expires}) ON CONFLICT DO NOTHING", cancellationToken)
            : await store.Database.ExecuteSqlAsync($"INSERT INTO used_proofs (id, expires_at) VALUES ({id}, {expires}) ON CONFLICT DO NOTHING", cancellationToken);
        return written == 1;
    }
}
