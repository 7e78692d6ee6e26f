using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.AuditApi.Search;
using UserDomain.AuditApi.Subjects;
using UserDomain.Contracts;
using UserDomain.Events;

namespace UserDomain.AuditApi.Erasures;

/// <summary>Makes what the trail says of a person unreadable for ever: their key is destroyed, and no event is changed (AUD-04).</summary>
internal sealed class Erasure(AuditContext store, AuditTrail trail, SearchIndex index, AuditRecorder audit)
{
    /// <summary>Erases. Nobody has to be known: their events may be on the way.</summary>
    public async Task<ErasureResponse> EraseAsync(string id, CancellationToken cancellationToken)
    {
        var subject = EventSubjects.Normalise(id);

        // Words of many events take a while. Nobody waits for these; those that come meanwhile go below.
        await index.ForgetAsync(subject, cancellationToken);

        // Whoever appends holds the same lock, and finds the key or none: no event in between keeps anything.
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        await trail.LockAsync(cancellationToken);
        var key = await store.SubjectKeys.FirstOrDefaultAsync(row => row.Subject == subject, cancellationToken);
        if (key?.ErasedAt is { } earlier)
        {
            return new(subject, earlier);
        }

        var told = audit.RecordOf(AuditEventTypes.SubjectErased, new("user", subject));
        var now = told.Time;
        if (key is null)
        {
            store.SubjectKeys.Add(key = new() { Subject = subject, CreatedAt = now });
        }

        (key.WrappedKey, key.ErasedAt) = (null, now);
        await store.SaveChangesAsync(cancellationToken);
        await index.ForgetAsync(subject, cancellationToken);
        await trail.AppendAsync([told], now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new(subject, now);
    }
}
