using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.AuditApi.Subjects;
using UserDomain.Contracts;

namespace UserDomain.AuditApi.Verification;

/// <summary>Whether the personal values of events open, unless an event says that they were erased: the tree proves what is sealed, and nothing of the keys (AUD-04).</summary>
internal sealed class SealChecks(AuditContext store, SubjectKeys keys)
{
    private readonly Dictionary<string, bool> _isSaid = [];

    /// <summary>What is wrong with which of the events.</summary>
    public async Task<Dictionary<long, Finding>> CheckAsync(IReadOnlyList<AuditEvent> rows, CancellationToken cancellationToken)
    {
        var ring = await keys.ReadAsync(rows.SelectMany(row => EventSubjects.Of(row).All).ToHashSet(), cancellationToken);
        var found = new Dictionary<long, Finding>();
        foreach (var row in rows)
        {
            if (row.Type == AuditEventTypes.SubjectErased && !ring.IsErased(row.TargetId))
            {
                found.Add(row.Sequence, Finding.NotErased(row.Sequence, row.TargetId));
            }
            else if (EventSeal.Open(row, ring).IsUnreadable)
            {
                found.Add(row.Sequence, Finding.NotOpened(row.Sequence));
            }
            else if (await UnsaidAsync(row, ring, cancellationToken) is { } subject)
            {
                found.Add(row.Sequence, Finding.ErasedUnsaid(row.Sequence, subject));
            }
        }

        return found;
    }

    private async Task<string?> UnsaidAsync(AuditEvent row, SubjectKeyRing ring, CancellationToken cancellationToken)
    {
        if (ring.Erased.Count == 0)
        {
            return null;
        }

        foreach (var subject in EventSubjects.Of(row).All.Where(ring.IsErased))
        {
            if (!_isSaid.TryGetValue(subject, out var isSaid))
            {
                _isSaid[subject] = isSaid = await store.AuditEvents.AnyAsync(audit => audit.TargetId == subject && audit.Type == AuditEventTypes.SubjectErased, cancellationToken);
            }

            if (!isSaid)
            {
                return subject;
            }
        }

        return null;
    }
}
