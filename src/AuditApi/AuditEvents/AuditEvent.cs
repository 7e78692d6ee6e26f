using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace UserDomain.AuditApi.AuditEvents;

/// <summary>An event of the trail. A row is written once.</summary>
public sealed class AuditEvent
{
    /// <summary>Position in the trail: 1, 2, 3 without a gap (AUD-03).</summary>
    public required long Sequence { get; init; }

    /// <summary>Id given by the sender; the trail keeps one event of each.</summary>
    public required Guid Id { get; init; }

    /// <summary>What happened, <c>object.act</c>.</summary>
    public required string Type { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>When the trail got it.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Kind of who did it; null when the system itself did.</summary>
    public string? ActorType { get; init; }

    /// <summary>Who did it.</summary>
    public string? ActorId { get; init; }

    /// <summary>What people call who did it, unless that is sealed.</summary>
    public string? ActorName { get; init; }

    /// <summary>Application through which it was done.</summary>
    public string? ClientId { get; init; }

    /// <summary>Session in which it was done.</summary>
    public string? SessionId { get; init; }

    /// <summary>Network address the request came from, unless that is sealed.</summary>
    public string? Address { get; init; }

    /// <summary>Kind of what it was done to.</summary>
    public required string TargetType { get; init; }

    /// <summary>What it was done to.</summary>
    public required string TargetId { get; init; }

    /// <summary>What people call what it was done to, unless that is sealed.</summary>
    public string? TargetName { get; init; }

    /// <summary>False for a refused attempt.</summary>
    public required bool Succeeded { get; init; }

    /// <summary>Changed members before as far as they are not sealed, the text of a JSON object.</summary>
    public string? Before { get; init; }

    /// <summary>Changed members after as far as they are not sealed, the text of a JSON object.</summary>
    public string? After { get; init; }

    /// <summary>Trace id of the request.</summary>
    public string? TraceId { get; init; }

    /// <summary>Name and address of the actor, sealed with the actor's key.</summary>
    public string? ActorSealed { get; init; }

    /// <summary>Name of the target, and the address where the actor is nobody known, sealed with the target's key; that of a session with the key of its person.</summary>
    public string? TargetSealed { get; init; }

    /// <summary>Who the personal members of the states are about.</summary>
    public string? StateSubject { get; init; }

    /// <summary>The personal members of both states, sealed with the key of whom they are about.</summary>
    public string? StateSealed { get; init; }

    /// <summary>The hash of the event as a leaf of the tree; null where a version wrote it that had none.</summary>
    public byte[]? LeafHash { get; set; }
}

/// <summary>Bounds of an event's members.</summary>
internal static class AuditEventLimits
{
    public const int Batch = 200;
    public const int Type = 100;
    public const int PartyType = 50;
    public const int Id = 255;
    public const int Name = 256;
    public const int Address = 64;
    public const int TraceId = 64;
    public const int StateBytes = 32 * 1024;
    public const int Question = 200;
    public const int QuestionWords = 8;
}

/// <summary>Maps the events.</summary>
internal static class AuditEventModel
{
    public static void AddAuditEvents(this ModelBuilder model, bool isPostgreSql) => model.Entity<AuditEvent>(row =>
    {
        row.ToTable("audit_events");
        row.HasKey(audit => audit.Sequence);
        row.Property(audit => audit.Sequence).ValueGeneratedNever();
        Bound(row);
        if (isPostgreSql)
        {
            // Types beginning with a text are a range of the index only where letters sort by their code, as they do on SQLite.
            row.Property(audit => audit.Type).UseCollation("C");
        }

        row.HasIndex(audit => audit.Id).IsUnique();
        row.HasIndex(audit => new { audit.Type, audit.Sequence });
        row.HasIndex(audit => new { audit.ActorId, audit.Sequence });
        row.HasIndex(audit => new { audit.TargetId, audit.Sequence });
        row.HasIndex(audit => new { audit.StateSubject, audit.Sequence }).HasFilter("state_subject IS NOT NULL");
        row.HasIndex(audit => new { audit.SessionId, audit.Sequence });
        row.HasIndex(audit => new { audit.ClientId, audit.Sequence });
        row.HasIndex(audit => new { audit.Succeeded, audit.Sequence });
        row.HasIndex(audit => audit.Time);
    });

    private static void Bound(EntityTypeBuilder<AuditEvent> row)
    {
        row.Property(audit => audit.Type).HasMaxLength(AuditEventLimits.Type);
        row.Property(audit => audit.ActorType).HasMaxLength(AuditEventLimits.PartyType);
        row.Property(audit => audit.ActorId).HasMaxLength(AuditEventLimits.Id);
        row.Property(audit => audit.ActorName).HasMaxLength(AuditEventLimits.Name);
        row.Property(audit => audit.ClientId).HasMaxLength(AuditEventLimits.Id);
        row.Property(audit => audit.SessionId).HasMaxLength(AuditEventLimits.Id);
        row.Property(audit => audit.Address).HasMaxLength(AuditEventLimits.Address);
        row.Property(audit => audit.TargetType).HasMaxLength(AuditEventLimits.PartyType);
        row.Property(audit => audit.TargetId).HasMaxLength(AuditEventLimits.Id);
        row.Property(audit => audit.TargetName).HasMaxLength(AuditEventLimits.Name);
        row.Property(audit => audit.TraceId).HasMaxLength(AuditEventLimits.TraceId);
        row.Property(audit => audit.StateSubject).HasMaxLength(AuditEventLimits.Id);
    }

    /// <summary>A state as an answer has it.</summary>
    internal static JsonElement? Read(string? text) => text is null ? null : JsonSerializer.Deserialize<JsonElement>(text);
}
