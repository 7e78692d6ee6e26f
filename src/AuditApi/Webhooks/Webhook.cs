using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;

namespace UserDomain.AuditApi.Webhooks;

/// <summary>An address to which events of the trail are sent.</summary>
public sealed class Webhook
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>Where events are posted.</summary>
    public required string Url { get; set; }

    /// <summary>Types of events, and beginnings of types up to a dot, separated by spaces; empty for all.</summary>
    public required string EventTypes { get; set; }

    /// <summary>What it is for.</summary>
    public required string Description { get; set; }

    /// <summary>Since when nothing is sent; null while it is enabled.</summary>
    public DateTimeOffset? DisabledAt { get; set; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Counts the changes.</summary>
    public long Version { get; set; } = 1;

    /// <summary>What deliveries are signed with: one, or two while one takes the place of the other.</summary>
    public List<WebhookSecret> Secrets { get; } = [];

    /// <summary>Whether events of a type are sent.</summary>
    public bool Wants(string type) => EventTypes.Length == 0 || Types.Any(wanted => wanted[^1] == '.' ? type.StartsWith(wanted, StringComparison.Ordinal) : type == wanted);

    internal string[] Types => EventTypes.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    internal AuditParty AsParty() => new("webhook", Id.ToString(), new Uri(Url).Host);

    internal object AsAudited() => new { Url, EventTypes = Types, Description, Enabled = DisabledAt is null };

    internal void Touch(DateTimeOffset now)
    {
        UpdatedAt = now;
        Version++;
    }
}

/// <summary>A secret of a webhook.</summary>
public sealed class WebhookSecret
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>The webhook.</summary>
    public required Guid WebhookId { get; init; }

    /// <summary>The key, wrapped.</summary>
    public required byte[] Wrapped { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What became of a delivery.</summary>
public enum DeliveryState
{
    /// <summary>The receiver confirmed it.</summary>
    Delivered,

    /// <summary>It went wrong, and is tried again.</summary>
    Failed,

    /// <summary>The receiver refused it so often that it was given up; it can be sent again.</summary>
    Dead,

    /// <summary>Somebody wants it sent again.</summary>
    Waiting,
}

/// <summary>An attempt to deliver an event.</summary>
public sealed class WebhookDelivery
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>The webhook. Its deliveries are not deleted with it, which may be millions, but as all others when they are old.</summary>
    public required Guid WebhookId { get; init; }

    /// <summary>Place of the event in the trail.</summary>
    public required long Sequence { get; init; }

    /// <summary>The event.</summary>
    public required Guid EventId { get; init; }

    /// <summary>Its type.</summary>
    public required string EventType { get; init; }

    /// <summary>When it was sent.</summary>
    public required DateTimeOffset Time { get; set; }

    /// <summary>How long the answer took, in milliseconds.</summary>
    public required int Milliseconds { get; set; }

    /// <summary>Status of the answer; null when there was none.</summary>
    public int? Status { get; set; }

    /// <summary>What went wrong.</summary>
    public string? Error { get; set; }

    /// <summary>What became of it.</summary>
    public required DeliveryState State { get; set; }
}

/// <summary>Maps webhooks.</summary>
internal static class WebhookModel
{
    public static void AddWebhooks(this ModelBuilder model)
    {
        model.Entity<Webhook>(row =>
        {
            row.ToTable("webhooks");
            row.HasKey(webhook => webhook.Id);
            row.Property(webhook => webhook.Url).HasMaxLength(WebhookLimits.Url);
            row.Property(webhook => webhook.EventTypes).HasMaxLength(WebhookLimits.Types * (AuditEvents.AuditEventLimits.Type + 1));
            row.Property(webhook => webhook.Description).HasMaxLength(WebhookLimits.Description);
            row.Property(webhook => webhook.Version).IsConcurrencyToken();
            row.HasMany(webhook => webhook.Secrets).WithOne().HasForeignKey(secret => secret.WebhookId);
        });
        model.Entity<WebhookSecret>(row =>
        {
            row.ToTable("webhook_secrets");
            row.HasKey(secret => secret.Id);
            row.Property(secret => secret.Id).ValueGeneratedNever();
        });
        model.Entity<WebhookDelivery>(row =>
        {
            row.ToTable("webhook_deliveries");
            row.HasKey(delivery => delivery.Id);
            row.Property(delivery => delivery.EventType).HasMaxLength(AuditEvents.AuditEventLimits.Type);
            row.Property(delivery => delivery.Error).HasMaxLength(Delivery.DeliveryProgress.MaxErrorLength);
            row.HasIndex(delivery => new { delivery.WebhookId, delivery.State, delivery.Id });
            row.HasIndex(delivery => new { delivery.WebhookId, delivery.Sequence });
            row.HasIndex(delivery => delivery.Time);
        });
    }
}

/// <summary>Bounds of a webhook.</summary>
internal static class WebhookLimits
{
    public const int Webhooks = 100;
    public const int Url = 2000;
    public const int Types = 50;
    public const int Description = 256;
}
