using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.Search;
using UserDomain.AuditApi.Subjects;
using UserDomain.AuditApi.Tree;
using UserDomain.Contracts;
using UserDomain.Database;

namespace UserDomain.AuditApi.AuditEvents;

/// <summary>Writes the trail.</summary>
internal sealed partial class AuditTrail(AuditContext store, SubjectKeys subjects, SearchIndex index, ILogger<AuditTrail> logger)
{
    // Any number, the same in every version; advisory locks are shared by all that use the database.
    private const long LockKey = 0x7564_6175_6469_7401;

    /// <summary>Brings the tree up to events of a version that had none, as after an update.</summary>
    public async Task GrowTreeAsync(CancellationToken cancellationToken)
    {
        var size = await LastAsync(cancellationToken);
        var tiles = await store.TreeTiles.LongCountAsync(tile => tile.Level == 0, cancellationToken);
        if (tiles == size / TreeTile.Width)
        {
            return;
        }

        await using var transaction = await store.BeginLockedAsync(LockKey, cancellationToken);
        await GrowAsync(await LastAsync(cancellationToken), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

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
        var last = await LastAsync(cancellationToken);
        var added = events.DistinctBy(sent => sent.Id).Where(sent => !known.Contains(sent.Id)).Select((sent, place) => (Values: PersonalValues.Of(sent), Sequence: last + place + 1)).ToList();
        var keys = await subjects.ReadOrMakeAsync(added.SelectMany(sent => sent.Values.Needed).ToHashSet(), receivedAt, cancellationToken);
        store.AuditEvents.AddRange(added.Select(sent => ToRow(sent.Values, keys, sent.Sequence, receivedAt)));
        await store.SaveChangesAsync(cancellationToken);
        await index.AddAsync(added, keys, cancellationToken);
        if (last / TreeTile.Width != (last + added.Count) / TreeTile.Width)
        {
            store.ChangeTracker.Clear();
            await GrowAsync(last + added.Count, cancellationToken);
        }

        if (transaction is not null)
        {
            await transaction.CommitAsync(cancellationToken);
        }

        return added.Count;
    }

    /// <summary>Waits until nobody else writes, for as long as the transaction lasts.</summary>
    public async Task LockAsync(CancellationToken cancellationToken)
    {
        // On SQLite the transaction itself is the lock: it begins as a writer, and there is one.
        if (store is PostgreSqlAuditContext)
        {
            await store.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({LockKey})", cancellationToken);
        }
    }

    private async Task<long> LastAsync(CancellationToken cancellationToken) => await store.AuditEvents.MaxAsync(row => (long?)row.Sequence, cancellationToken) ?? 0;

    private async Task GrowAsync(long size, CancellationToken cancellationToken)
    {
        try
        {
            await TreeGrowth.GrowAsync(store, size, cancellationToken);
        }
        catch (BrokenTreeException exception)
        {
            // Whoever has deleted an event must not have stopped the next ones from being recorded.
            LogBroken(exception.Message);
        }
    }

    private static AuditEvent ToRow(PersonalValues values, SubjectKeyRing keys, long sequence, DateTimeOffset receivedAt)
    {
        var row = Describe(values, keys, sequence, receivedAt);
        row.LeafHash = CanonicalEvent.LeafHash(row);
        return row;
    }

    private static AuditEvent Describe(PersonalValues values, SubjectKeyRing keys, long sequence, DateTimeOffset receivedAt)
    {
        var (sent, whose) = (values.Event, values.Subjects);
        return new()
        {
            Sequence = sequence,
            Id = sent.Id,
            Type = sent.Type,
            // In the resolution that is stored: what is hashed now has to be what is read later.
            Time = sent.Time.ToStored(),
            ReceivedAt = receivedAt,
            ActorType = sent.Actor?.Type,
            ActorId = sent.Actor?.Id,
            ActorName = whose.Actor is null ? sent.Actor?.Name : null,
            ActorSealed = values.SealActor(keys),
            ClientId = sent.ClientId,
            SessionId = sent.SessionId,
            Address = whose.Address == AddressOwner.Nobody ? sent.Address : null,
            TargetType = sent.Target.Type,
            TargetId = sent.Target.Id,
            TargetName = whose.Target is null ? sent.Target.Name : null,
            TargetSealed = values.SealTarget(keys),
            Succeeded = sent.Succeeded,
            Before = values.Before.Readable,
            After = values.After.Readable,
            StateSubject = whose.States,
            StateSealed = values.SealStates(keys),
            TraceId = sent.TraceId,
        };
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The audit trail was changed. Verify it (GET /api/v1/audit-events/verification): {Reason}")]
    private partial void LogBroken(string reason);
}
