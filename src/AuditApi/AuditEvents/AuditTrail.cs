using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;

namespace UserDomain.AuditApi.AuditEvents;

/// <summary>Writes the trail.</summary>
internal sealed class AuditTrail(AuditContext store)
{
    // Any number, the same in every version; advisory locks are shared by all that use the database.
    private const long LockKey = 0x7564_6175_6469_7401;

    /// <summary>
    /// Appends those events whose id is not known yet. One writer at a time over all replicas: a number taken from a sequence of the
    /// database would leave a gap when its transaction fails, and two deliveries of one event at once could not see each other.
    /// </summary>
    /// <remarks>Whatever else was changed in the store is saved with them, or not.</remarks>
    /// <returns>How many were new.</returns>
    public async Task<int> AppendAsync(IReadOnlyList<AuditEventRecord> events, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        await using var transaction = store.Database.CurrentTransaction is null ? await store.Database.BeginTransactionAsync(cancellationToken) : null;
        await LockAsync(cancellationToken);
        var ids = events.Select(sent => sent.Id).ToHashSet();
        var known = await store.AuditEvents.Where(row => ids.Contains(row.Id)).Select(row => row.Id).ToHashSetAsync(cancellationToken);
        var last = await store.AuditEvents.MaxAsync(row => (long?)row.Sequence, cancellationToken) ?? 0;
        var added = events.DistinctBy(sent => sent.Id).Where(sent => !known.Contains(sent.Id))
            .Select((sent, index) => ToRow(sent, last + index + 1, receivedAt)).ToList();
        store.AuditEvents.AddRange(added);
        await store.SaveChangesAsync(cancellationToken);
        if (transaction is not null)
        {
            await transaction.CommitAsync(cancellationToken);
        }

        return added.Count;
    }

    private async Task LockAsync(CancellationToken cancellationToken)
    {
        // On SQLite the transaction itself is the lock: it begins as a writer, and there is one.
        if (store is PostgreSqlAuditContext)
        {
            await store.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({LockKey})", cancellationToken);
        }
    }

    private static AuditEvent ToRow(AuditEventRecord sent, long sequence, DateTimeOffset receivedAt) => new()
    {
        Sequence = sequence,
        Id = sent.Id,
        Type = sent.Type,
        Time = sent.Time.ToUniversalTime(),
        ReceivedAt = receivedAt,
        ActorType = sent.Actor?.Type,
        ActorId = sent.Actor?.Id,
        ActorName = sent.Actor?.Name,
        ClientId = sent.ClientId,
        SessionId = sent.SessionId,
        Address = sent.Address,
        TargetType = sent.Target.Type,
        TargetId = sent.Target.Id,
        TargetName = sent.Target.Name,
        Succeeded = sent.Succeeded,
        Before = sent.Before,
        After = sent.After,
        TraceId = sent.TraceId,
    };
}
