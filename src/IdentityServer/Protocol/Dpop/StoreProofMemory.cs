using Microsoft.EntityFrameworkCore;
using UserDomain.IdentityStore;
using UserDomain.ServiceDefaults.Dpop;

namespace UserDomain.IdentityServer.Protocol.Dpop;

/// <summary>Remembers proofs in the database: for replicas without Redis, and for the time it is away.</summary>
internal sealed class StoreProofMemory(IdentityStoreContext store, TimeProvider time) : IProofMemory
{
    public async ValueTask<bool> TakeAsync(DpopProof proof, CancellationToken cancellationToken)
    {
        var id = proof.Id;
        var expires = (time.GetUtcNow() + DpopProofs.Memory).ToUnixTimeSeconds();
        var written = store is PostgreSqlIdentityStoreContext
            ? await store.Database.ExecuteSqlAsync($"INSERT INTO identity.used_proofs (id, expires_at) VALUES ({id}, {expires}) ON CONFLICT DO NOTHING", cancellationToken)
            : await store.Database.ExecuteSqlAsync($"INSERT INTO used_proofs (id, expires_at) VALUES ({id}, {expires}) ON CONFLICT DO NOTHING", cancellationToken);
        return written == 1;
    }
}
