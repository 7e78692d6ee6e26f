using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.AuditApi.Delivery;
using UserDomain.AuditApi.Heads;
using UserDomain.AuditApi.Search;
using UserDomain.AuditApi.Subjects;
using UserDomain.AuditApi.Tree;
using UserDomain.AuditApi.Webhooks;
using UserDomain.Database.Idempotency;
using UserDomain.Database;
using UserDomain.Database.Leases;

namespace UserDomain.AuditApi;

/// <summary>The audit trail's own store.</summary>
public abstract class AuditContext(DbContextOptions options) : DbContext(options)
{
    /// <summary>Where the store keeps which migrations it has had.</summary>
    public const string HistoryTable = "__audit_migrations";

    internal const string Schema = "audit";

    /// <summary>The trail.</summary>
    public DbSet<AuditEvent> AuditEvents => Set<AuditEvent>();

    /// <summary>The keys personal values are sealed with.</summary>
    public DbSet<SubjectKey> SubjectKeys => Set<SubjectKey>();

    /// <summary>The words events are found by.</summary>
    public DbSet<SearchTerm> SearchTerms => Set<SearchTerm>();

    /// <summary>Addresses to which events are sent.</summary>
    public DbSet<Webhook> Webhooks => Set<Webhook>();

    /// <summary>What became of the deliveries to them.</summary>
    public DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();

    /// <summary>How far receivers are in the trail.</summary>
    public DbSet<DeliveryProgress> DeliveryProgress => Set<DeliveryProgress>();

    /// <summary>The full tiles of the tree of the trail.</summary>
    public DbSet<TreeTile> TreeTiles => Set<TreeTile>();

    /// <summary>The signed heads.</summary>
    public DbSet<TrailHead> Heads => Set<TrailHead>();

    /// <summary>What signs them.</summary>
    public DbSet<SigningKey> SigningKeys => Set<SigningKey>();

    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.UseComparableTimes(isSqlite: this is SqliteAuditContext);

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        modelBuilder.AddAuditEvents(isPostgreSql: this is PostgreSqlAuditContext);
        modelBuilder.AddSubjectKeys();
        modelBuilder.AddSearchTerms();
        modelBuilder.AddWebhooks();
        modelBuilder.AddDeliveryProgress();
        modelBuilder.AddIdempotency(Schema, "audit_idempotency_records");
        modelBuilder.AddTree();
        modelBuilder.AddHeads();
        modelBuilder.AddLeases(Schema, "audit_leases");
    }
}

/// <summary>The store on SQLite, with its migrations.</summary>
public sealed class SqliteAuditContext(DbContextOptions<SqliteAuditContext> options) : AuditContext(options);

/// <summary>The store on PostgreSQL, with its migrations.</summary>
public sealed class PostgreSqlAuditContext(DbContextOptions<PostgreSqlAuditContext> options) : AuditContext(options);
