using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.AuditApi.Delivery;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Events;

namespace UserDomain.AuditApi.Webhooks;

/// <summary>
/// Delivers the next piece of the trail to a webhook: at least once, the events of one subject in order. What was confirmed is in the log of deliveries and not sent again
/// when the rest of the piece is tried again, whoever tries.
/// </summary>
internal sealed class WebhookTurn(AuditContext store, TrailReader reader, WebhookSender sender, AuditTrail trail, AuditRecorder audit, TimeProvider time)
{
    // As many as there may be connections to one host.
    private const int Parallel = 4;
    private const int MostRefusals = 6;

    // What is done to a webhook meanwhile holds from the next turn on.
    private static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestFailing = TimeSpan.FromDays(5);

    /// <summary>Does it.</summary>
    /// <param name="id">The webhook.</param>
    /// <param name="stopping">Begins nothing new; what is on its way is brought to its end, to be in the log.</param>
    /// <returns>Whether there is more to deliver at once.</returns>
    public async Task<bool> RunAsync(Guid id, CancellationToken stopping)
    {
        var webhook = await store.Webhooks.Include(row => row.Secrets).FirstOrDefaultAsync(row => row.Id == id && row.DisabledAt == null, stopping);
        var progress = await store.DeliveryProgress.AsNoTracking().FirstOrDefaultAsync(row => row.Receiver == id.ToString(), stopping);
        if (webhook is null || progress is null)
        {
            return false;
        }

        var since = progress.Since;
        var waiting = await store.WebhookDeliveries.Where(row => row.WebhookId == id && row.State == DeliveryState.Waiting).OrderBy(row => row.Id).Take(TrailReader.Most).ToListAsync(stopping);
        var piece = waiting.Count > 0
            ? new(await reader.ReadAsync([.. waiting.Select(row => row.Sequence)], stopping), progress.Position, IsLast: false)
            : await reader.ReadAfterAsync(progress.Position, webhook.Wants, stopping);
        var done = waiting.Count > 0 ? [] : await DoneAsync(id, progress, piece.Through, stopping);
        var attempts = await SendAsync(webhook, [.. piece.Events.Where(sent => !done.Contains(sent.Sequence))], stopping);
        done.UnionWith(attempts.Where(attempt => attempt.Succeeded).Select(attempt => attempt.Delivery.Sequence));
        await GiveUpAsync(attempts, since, done);
        store.WebhookDeliveries.AddRange(attempts.Select(attempt => attempt.Delivery));
        store.WebhookDeliveries.RemoveRange(waiting.Where(row => done.Contains(row.Sequence)));
        var failed = attempts.Find(attempt => !done.Contains(attempt.Delivery.Sequence));
        if (failed is not null)
        {
            progress.Failed(failed.Delivery.Error!, time.GetStoredNow(), failed.Wait);
        }
        else if (piece.Events.All(sent => done.Contains(sent.Sequence)))
        {
            progress.Reached(piece.Through);
        }

        await SaveAsync(webhook, progress, since, failed);
        return failed is null && !piece.IsLast;
    }

    private Task<HashSet<long>> DoneAsync(Guid id, DeliveryProgress progress, long through, CancellationToken cancellationToken) => store.WebhookDeliveries
        .Where(row => row.WebhookId == id && row.Sequence > progress.Position && row.Sequence <= through && row.Time >= progress.Since)
        .Where(row => row.State == DeliveryState.Delivered || row.State == DeliveryState.Dead)
        .Select(row => row.Sequence).ToHashSetAsync(cancellationToken);

    private async Task<List<Attempt>> SendAsync(Webhook webhook, IReadOnlyList<AuditEventResponse> events, CancellationToken stopping)
    {
        var attempts = new ConcurrentQueue<Attempt>();
        var isDown = false;
        var begun = TimeProvider.System.GetTimestamp();
        var subjects = events.GroupBy(sent => (sent.Target.Type, sent.Target.Id)).Select(subject => subject.ToList());
        await System.Threading.Tasks.Parallel.ForEachAsync(subjects, new ParallelOptions { MaxDegreeOfParallelism = Parallel }, async (subject, _) =>
        {
            foreach (var sent in subject)
            {
                if (Volatile.Read(ref isDown) || stopping.IsCancellationRequested || TimeProvider.System.GetElapsedTime(begun) > LongestTurn)
                {
                    return;
                }

                var attempt = await sender.SendAsync(webhook, sent, CancellationToken.None);
                attempts.Enqueue(attempt);
                if (!attempt.Succeeded)
                {
                    // What is wrong with one event says nothing of those of other subjects.
                    isDown |= !attempt.IsRefusal;
                    return;
                }
            }
        });
        return [.. attempts];
    }

    // One event that a receiver cannot take must not keep all that come after it.
    private async Task GiveUpAsync(List<Attempt> attempts, DateTimeOffset since, HashSet<long> done)
    {
        foreach (var delivery in attempts.Where(attempt => attempt.IsRefusal).Select(attempt => attempt.Delivery))
        {
            var refused = await store.WebhookDeliveries.CountAsync(row => row.WebhookId == delivery.WebhookId && row.Sequence == delivery.Sequence && row.Time >= since && row.State == DeliveryState.Failed);
            if (refused + 1 >= MostRefusals)
            {
                delivery.State = DeliveryState.Dead;
                done.Add(delivery.Sequence);
            }
        }
    }

    private async Task SaveAsync(Webhook webhook, DeliveryProgress progress, DateTimeOffset since, Attempt? failed)
    {
        await using var transaction = await store.Database.BeginTransactionAsync();
        await store.SaveChangesAsync();

        // Not if somebody has meanwhile said from where to go on.
        await store.DeliveryProgress.Where(row => row.Receiver == progress.Receiver && row.Since == since).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.Position, progress.Position)
            .SetProperty(row => row.Failures, progress.Failures)
            .SetProperty(row => row.FailingSince, progress.FailingSince)
            .SetProperty(row => row.NextAttemptAt, progress.NextAttemptAt)
            .SetProperty(row => row.LastError, progress.LastError));
        await transaction.CommitAsync();
        var now = time.GetStoredNow();
        if (failed is { IsGone: true } || now - progress.FailingSince > LongestFailing)
        {
            await DisableAsync(webhook, now);
        }
    }

    private async Task DisableAsync(Webhook webhook, DateTimeOffset now)
    {
        var before = webhook.AsAudited();
        webhook.DisabledAt = now;
        webhook.Touch(now);
        await trail.AppendAsync([audit.RecordOf(AuditEventTypes.WebhookUpdated, webhook.AsParty(), before, webhook.AsAudited(), AuditOrigin.System)], now, CancellationToken.None);
    }
}
