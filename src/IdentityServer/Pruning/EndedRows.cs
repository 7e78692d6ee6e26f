using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.Database;
using UserDomain.Database.Idempotency;
using UserDomain.IdentityServer.Protocol;
using UserDomain.IdentityServer.Protocol.Interactions;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Sessions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Pruning;

/// <summary>What is deleted, and when.</summary>
internal static class EndedRows
{
    // So long a client that comes late learns that its token has expired, and one that was stolen ends its grant.
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    // A statement that deletes more would hold its locks for long.
    private const int BatchSize = 1000;

    /// <summary>Registers the steps.</summary>
    public static void AddPruning(this IServiceCollection services)
    {
        services.AddHostedService<PruneStore>();
        services.AddSingleton(new PruneStep("requests that wait", InteractionStore.PruneAsync));
        services.AddSingleton(new PruneStep("attempt counters", CountersAsync));
        services.AddSingleton(new PruneStep("proofs of possession", ProofsAsync));
        services.AddSingleton(new PruneStep("tokens", TokensAsync));
        services.AddSingleton(new PruneStep("grants", GrantsAsync));
        services.AddSingleton(new PruneStep("revocations", RevocationsAsync));
        services.AddSingleton(new PruneStep("answers to creates", AnswersAsync));
    }

    /// <summary>Counters nobody counts on any more.</summary>
    public static Task<int> CountersAsync(IdentityStoreContext store, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetStoredNow();
        return store.AttemptCounters.Where(row => row.EndsAt < now).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Proofs that have ended by themselves.</summary>
    public static Task<int> ProofsAsync(IdentityStoreContext store, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return store.UsedProofs.Where(proof => proof.ExpiresAt < now).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Codes, refresh tokens and pushed requests that have expired, whatever became of them.</summary>
    public static Task<int> TokensAsync(IdentityStoreContext store, TimeProvider time, CancellationToken cancellationToken)
    {
        var ended = (time.GetStoredNow() - Remembered).UtcDateTime;
        var tokens = store.Set<OpenIddictEntityFrameworkCoreToken<Guid>>();
        var next = tokens.Where(row => row.ExpirationDate < ended).OrderBy(row => row.ExpirationDate).Select(row => row.Id).Take(BatchSize);
        return InBatchesAsync(() => tokens.Where(row => next.Contains(row.Id)).ExecuteDeleteAsync(cancellationToken));
    }

    /// <summary>Grants that have ended by their age and have no tokens any more. What a user consented to stays.</summary>
    public static Task<int> GrantsAsync(IdentityStoreContext store, TimeProvider time, CancellationToken cancellationToken)
    {
        var ended = (time.GetStoredNow() - TokenLifetimes.Grant - TokenLifetimes.RefreshTokenIdle - Remembered).UtcDateTime;
        var grants = store.Set<OpenIddictEntityFrameworkCoreAuthorization<Guid>>();
        var next = grants.Where(row => row.Type == AuthorizationTypes.AdHoc && row.CreationDate < ended && !row.Tokens.Any())
            .OrderBy(row => row.CreationDate).Select(row => row.Id).Take(BatchSize);
        return InBatchesAsync(async () =>
        {
            var batch = await next.ToListAsync(cancellationToken);
            await store.SessionAuthorizations.Where(row => batch.Contains(row.AuthorizationId)).ExecuteDeleteAsync(cancellationToken);
            return await grants.Where(row => batch.Contains(row.Id)).ExecuteDeleteAsync(cancellationToken);
        });
    }

    /// <summary>Entries of the revocation log whose tokens have all expired. Those of keys stay: by them a key that comes back from a backup is known.</summary>
    public static Task<int> RevocationsAsync(IdentityStoreContext store, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetStoredNow();
        var next = store.Revocations.Where(row => row.ExpiresAt < now && row.Kind != RevocationKinds.Key).OrderBy(row => row.ExpiresAt).Select(row => row.Number).Take(BatchSize);
        return InBatchesAsync(async () =>
        {
            var batch = await next.ToListAsync(cancellationToken);
            return await store.Revocations.Where(row => batch.Contains(row.Number)).ExecuteDeleteAsync(cancellationToken);
        });
    }

    /// <summary>Answers that are kept for who repeats a create with its <c>Idempotency-Key</c>.</summary>
    public static Task<int> AnswersAsync(IdentityStoreContext store, TimeProvider time, CancellationToken cancellationToken)
    {
        var old = time.GetStoredNow() - IdempotencyRecord.Kept;
        var answers = store.Set<IdempotencyRecord>();
        var next = answers.Where(row => row.CreatedAt < old).OrderBy(row => row.CreatedAt).Select(row => row.KeyHash).Take(BatchSize);
        return InBatchesAsync(async () =>
        {
            var batch = await next.ToListAsync(cancellationToken);
            return await answers.Where(row => batch.Contains(row.KeyHash)).ExecuteDeleteAsync(cancellationToken);
        });
    }

    private static async Task<int> InBatchesAsync(Func<Task<int>> deleteBatchAsync)
    {
        var deleted = 0;
        int batch;
        do
        {
            batch = await deleteBatchAsync();
            deleted += batch;
        }
        while (batch == BatchSize);
        return deleted;
    }
}
