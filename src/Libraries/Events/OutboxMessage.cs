using Microsoft.EntityFrameworkCore;

namespace UserDomain.Events;

/// <summary>An event that is committed with its cause and not delivered yet.</summary>
public sealed class OutboxMessage
{
    /// <summary>Order of delivery.</summary>
    public long Sequence { get; private set; }

    /// <summary>Id of the event; receivers keep one per id (REL-08).</summary>
    public required Guid EventId { get; init; }

    /// <summary>The event, as JSON.</summary>
    public required string Payload { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Why the receiver refused it for good; null while it is on its way. A refused event is kept for the operator.</summary>
    public string? Refusal { get; set; }
}

/// <summary>Maps the outbox.</summary>
public static class OutboxModel
{
    /// <summary>Adds the outbox to a model.</summary>
    public static void AddOutbox(this ModelBuilder model, string schema) => model.Entity<OutboxMessage>(message =>
    {
        message.ToTable("outbox_messages", schema);
        message.HasKey(row => row.Sequence);
        message.Property(row => row.Sequence).ValueGeneratedOnAdd();
        message.HasIndex(row => row.EventId).IsUnique();
    });
}
