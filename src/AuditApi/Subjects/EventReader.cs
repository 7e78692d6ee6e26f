using UserDomain.AuditApi.AuditEvents;
using UserDomain.Contracts;

namespace UserDomain.AuditApi.Subjects;

/// <summary>Makes answers of rows: the one place where personal values are opened.</summary>
internal sealed partial class EventReader(SubjectKeys keys, ILogger<EventReader> logger)
{
    /// <summary>Events as they are shown, in the same order. The keys are asked for once.</summary>
    public async Task<List<AuditEventResponse>> OpenAsync(IReadOnlyList<AuditEvent> rows, CancellationToken cancellationToken)
    {
        var ring = await keys.ReadAsync(rows.SelectMany(row => EventSubjects.Of(row).All).ToHashSet(), cancellationToken);
        var opened = rows.Select(row => (Row: row, Values: EventSeal.Open(row, ring))).ToList();
        var unreadable = opened.Where(one => one.Values.IsUnreadable).Select(one => one.Row.Sequence).ToList();
        if (unreadable.Count > 0)
        {
            var first = unreadable.Min();
            LogUnreadable(unreadable.Count, first);
        }

        return opened.ConvertAll(one => Show(one.Row, one.Values));
    }

    private static AuditEventResponse Show(AuditEvent row, OpenedEvent values) => new(
        row.Id, row.Sequence, row.Type, row.Time, row.ReceivedAt,
        row.ActorType is null ? null : new AuditParty(row.ActorType, row.ActorId!, row.ActorName ?? values.Actor?.Name), row.ClientId, row.SessionId,
        row.Address ?? values.Actor?.Address ?? values.Target?.Address, new(row.TargetType, row.TargetId, row.TargetName ?? values.Target?.Name), row.Succeeded,
        StateParts.Join(AuditEventModel.Read(row.Before), values.States?.Before), StateParts.Join(AuditEventModel.Read(row.After), values.States?.After), row.TraceId, values.IsErased);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Personal values of {Count} events of the audit trail, the first of them {Sequence}, do not open and are shown as null. Verify it (GET /api/v1/audit-events/verification)")]
    private partial void LogUnreadable(int count, long sequence);
}
