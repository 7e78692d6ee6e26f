using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace UserDomain.Database;

/// <summary>Lets one replica at a time do something, for as long as its transaction lasts.</summary>
public static class TransactionLock
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    /// <summary>Begins a transaction that holds a lock; others who ask for the same lock wait.</summary>
    /// <param name="store">The store to begin it on.</param>
    /// <param name="key">Names the lock; every use has a number of its own.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<IDbContextTransaction> BeginLockedAsync(this DbContext store, long key, CancellationToken cancellationToken)
    {
        // A transaction of SQLite is a writer from its beginning and keeps every other one out.
        var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        if (store.Database.IsNpgsql())
        {
            // For work at start, where another replica may be seeding a large file: longer than any request may wait.
            var usual = store.Database.GetCommandTimeout();
            store.Database.SetCommandTimeout(LongestWait);
            await store.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({key})", cancellationToken);
            store.Database.SetCommandTimeout(usual);
        }

        return transaction;
    }
}
