using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.AuditApi.Delivery;
using UserDomain.Contracts;
using UserDomain.Database;

namespace UserDomain.AuditApi.Webhooks;

/// <summary>A webhook with how far it is.</summary>
internal sealed record FoundWebhook(Webhook Webhook, DeliveryProgress Progress);

/// <summary>Finds webhooks, and saves what was changed of them together with its event.</summary>
internal sealed class WebhookChanges(AuditContext store, AuditTrail trail, TimeProvider time)
{
    /// <summary>A webhook, to be changed.</summary>
    public async Task<FoundWebhook?> FindAsync(Guid id, HttpContext http) =>
        await store.Webhooks.Include(row => row.Secrets).FirstOrDefaultAsync(row => row.Id == id, http.RequestAborted) is { } webhook
        && await store.DeliveryProgress.FirstOrDefaultAsync(row => row.Receiver == id.ToString(), http.RequestAborted) is { } progress
            ? new(webhook, progress)
            : null;

    /// <summary>Saves everything or nothing.</summary>
    /// <returns>The refusal when somebody else was first.</returns>
    public async Task<ProblemHttpResult?> SaveAsync(HttpContext http, AuditEventRecord audit)
    {
        try
        {
            await trail.AppendAsync([audit], time.GetStoredNow(), http.RequestAborted);
            return null;
        }
        catch (DbUpdateConcurrencyException)
        {
            return Problems.ChangedMeanwhile(http);
        }
    }
}
