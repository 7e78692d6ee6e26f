using Microsoft.EntityFrameworkCore;

namespace UserDomain.Database.Leases;

/// <summary>Who of all replicas does a piece of background work, until when.</summary>
public sealed class LeaseRow
{
    /// <summary>The work.</summary>
    public required string Name { get; init; }

    /// <summary>The process that does it.</summary>
    public Guid Holder { get; set; }

    /// <summary>When others may take it over.</summary>
    public DateTimeOffset ExpiresAt { get; set; }
}

/// <summary>Gives background work to one replica at a time.</summary>
/// <param name="store">A store whose model has the leases.</param>
/// <param name="time">Clock.</param>
/// <typeparam name="TContext">The store.</typeparam>
public sealed class Lease<TContext>(TContext store, TimeProvider time)
    where TContext : DbContext
{
    /// <summary>How long a holder that died keeps the others waiting.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    /// <summary>Takes or renews a lease.</summary>
    /// <param name="name">The work.</param>
    /// <param name="holder">This process.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <returns>Whether this process holds it now.</returns>
    public async Task<bool> TryHoldAsync(string name, Guid holder, CancellationToken cancellationToken)
    {
        var now = time.GetStoredNow();
        var until = now + Duration;
        var changed = await store.Set<LeaseRow>()
            .Where(lease => lease.Name == name && (lease.Holder == holder || lease.ExpiresAt < now))
            .ExecuteUpdateAsync(set => set.SetProperty(lease => lease.Holder, holder).SetProperty(lease => lease.ExpiresAt, until), cancellationToken);
        return changed == 1 || await TryCreateAsync(name, holder, until, cancellationToken);
    }

    /// <summary>Gives a lease back, so that another replica need not wait for its end.</summary>
    public Task ReleaseAsync(string name, Guid holder, CancellationToken cancellationToken) =>
        store.Set<LeaseRow>().Where(lease => lease.Name == name && lease.Holder == holder).ExecuteDeleteAsync(cancellationToken);

    private async Task<bool> TryCreateAsync(string name, Guid holder, DateTimeOffset until, CancellationToken cancellationToken)
    {
        if (await store.Set<LeaseRow>().AnyAsync(lease => lease.Name == name, cancellationToken))
        {
            return false;
        }

        return await store.TryInsertAsync(new LeaseRow { Name = name, Holder = holder, ExpiresAt = until }, cancellationToken);
    }
}

/// <summary>Maps the leases.</summary>
public static class LeaseModel
{
    /// <summary>Adds the leases to a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="schema">Its schema.</param>
    /// <param name="table">The table; SQLite knows no schemas, so that two stores in one database need two names.</param>
    public static void AddLeases(this ModelBuilder model, string schema, string table = "leases") => model.Entity<LeaseRow>(lease =>
    {
        lease.ToTable(table, schema);
        lease.HasKey(row => row.Name);
        lease.Property(row => row.Name).HasMaxLength(100);
    });
}
