using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.Database;
using UserDomain.Database.Idempotency;
using UserDomain.Database.Leases;
using UserDomain.Events;
using UserDomain.IdentityStore.Devices;
using UserDomain.IdentityStore.Dpop;
using UserDomain.IdentityStore.Groups;
using UserDomain.IdentityStore.Interactions;
using UserDomain.IdentityStore.Keys;
using UserDomain.IdentityStore.OneTimeCodes;
using UserDomain.IdentityStore.Roles;
using UserDomain.IdentityStore.Sessions;
using UserDomain.IdentityStore.Throttling;
using UserDomain.IdentityStore.Users;

namespace UserDomain.IdentityStore;

/// <summary>
/// Users, roles, groups, clients, grants and sessions in one unit of work: a user disabled or a role removed takes effect, and is
/// told of, in one transaction.
/// </summary>
public abstract class IdentityStoreContext(DbContextOptions options) : IdentityUserContext<User, Guid>(options)
{
    /// <summary>Where the store keeps which migrations it has had.</summary>
    public const string HistoryTable = "__identity_migrations";

    internal const string IdentitySchema = "identity";
    internal const string SessionsSchema = "sessions";

    /// <summary>Roles.</summary>
    public DbSet<Role> Roles => Set<Role>();

    /// <summary>Permissions.</summary>
    public DbSet<Permission> Permissions => Set<Permission>();

    /// <summary>Groups.</summary>
    public DbSet<Group> Groups => Set<Group>();

    /// <summary>Who belongs to which group.</summary>
    public DbSet<GroupMember> GroupMembers => Set<GroupMember>();

    /// <summary>Who holds which role.</summary>
    public DbSet<RoleAssignment> RoleAssignments => Set<RoleAssignment>();

    /// <summary>Sessions.</summary>
    public DbSet<Session> Sessions => Set<Session>();

    /// <summary>Grants by session.</summary>
    public DbSet<SessionAuthorization> SessionAuthorizations => Set<SessionAuthorization>();

    /// <summary>The revocation log.</summary>
    public DbSet<Revocation> Revocations => Set<Revocation>();

    /// <summary>Clients that have to be told of closed sessions.</summary>
    public DbSet<LogoutNotice> LogoutNotices => Set<LogoutNotice>();

    /// <summary>The server's key ring.</summary>
    public DbSet<ServerKey> ServerKeys => Set<ServerKey>();

    /// <summary>One-time codes.</summary>
    public DbSet<OneTimeCode> OneTimeCodes => Set<OneTimeCode>();

    /// <summary>Requests that wait for their person.</summary>
    public DbSet<PendingRequest> PendingRequests => Set<PendingRequest>();

    /// <summary>Devices that wait to be allowed.</summary>
    public DbSet<DeviceRequest> DeviceRequests => Set<DeviceRequest>();

    /// <summary>Attempts by what is limited.</summary>
    public DbSet<AttemptCounter> AttemptCounters => Set<AttemptCounter>();

    /// <summary>Proofs of possession that were used.</summary>
    public DbSet<UsedProof> UsedProofs => Set<UsedProof>();

    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.UseComparableTimes(isSqlite: this is SqliteIdentityStoreContext);

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.HasDefaultSchema(IdentitySchema);
        builder.AddUsers();
        builder.AddClients();
        builder.AddRoles();
        builder.AddSessions();
        builder.AddKeysAndCodes();
        builder.AddDevices();
        builder.AddInteractions();
        builder.AddOutbox(IdentitySchema);
        builder.AddLeases(IdentitySchema);
        builder.AddIdempotency(IdentitySchema);
        builder.AddStoreFunctions();
    }
}

/// <summary>The store on SQLite, with its migrations.</summary>
public sealed class SqliteIdentityStoreContext(DbContextOptions<SqliteIdentityStoreContext> options) : IdentityStoreContext(options);

/// <summary>The store on PostgreSQL, with its migrations.</summary>
public sealed class PostgreSqlIdentityStoreContext(DbContextOptions<PostgreSqlIdentityStoreContext> options) : IdentityStoreContext(options)
{
    // Any number that no other lock of ours has.
    private const long RevocationLogLock = 7_235_021_840_114_577_201;

    private const int TokenFillFactor = 80;

    // The order of code points: the same in every database and after every update of the system's locales, and the only one in which the beginning of a name is a part of an index.
    private const string CodePointOrder = "C";

    /// <inheritdoc />
    /// <remarks>Nearly every token is changed once, when it is used: the changed row stays on the page of the first, and no index has to learn of another place.</remarks>
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<OpenIddictEntityFrameworkCoreToken<Guid>>().HasStorageParameter("fillfactor", TokenFillFactor);
        builder.Entity<User>(user =>
        {
            user.Property(row => row.NormalizedUserName).UseCollation(CodePointOrder);
            user.Property(row => row.NormalizedEmail).UseCollation(CodePointOrder);
            user.Property(row => row.NormalizedDisplayName).UseCollation(CodePointOrder);
        });
    }

    /// <inheritdoc />
    /// <remarks>
    /// Writers of the revocation log wait for one another, from the first number taken to the commit. Otherwise a lower number could
    /// become visible after a higher one, and a reader that has gone past the higher one would never see it.
    /// </remarks>
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        if (ChangeTracker.Entries<Revocation>().All(entry => entry.State != EntityState.Added))
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }

        await using var transaction = Database.CurrentTransaction is null ? await Database.BeginTransactionAsync(cancellationToken) : null;
        await Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({RevocationLogLock})", cancellationToken);
        var written = await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        if (transaction is not null)
        {
            await transaction.CommitAsync(cancellationToken);
        }

        return written;
    }
}
