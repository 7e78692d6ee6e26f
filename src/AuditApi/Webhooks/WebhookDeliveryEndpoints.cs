using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Events;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.AuditApi.Webhooks;

internal static class WebhookDeliveryEndpoints
{
    public static void MapWebhookDeliveries(this IEndpointRouteBuilder routes)
    {
        var deliveries = routes.MapGroup("/webhooks/{id:guid}/deliveries").WithTags("Webhook deliveries");

        deliveries.MapGet("/", List).RequireAccess(Scopes.WebhooksRead);
        deliveries.MapPost("/{deliveryId:guid}/resend", Resend).RequireAccess(Scopes.WebhooksWrite);
    }

    private static async Task<Results<Ok<Page<WebhookDeliveryResponse>>, ProblemHttpResult>> List(
        Guid id, [AllowedValues(null, "delivered", "failed", "dead", "waiting")] string? state, [AsParameters] PageQuery page,
        AuditContext store, CursorCodec cursors, CancellationToken cancellationToken)
    {
        var list = $"webhooks/{id}/deliveries?state={state}";
        if (cursors.Refuse(list, page, out var cursor) is { } refusal)
        {
            return refusal;
        }

        if (!await store.Webhooks.AnyAsync(webhook => webhook.Id == id, cancellationToken))
        {
            return Problems.WebhookNotFound();
        }

        Guid? before = cursor is null ? null : Guid.Parse(cursor);
        DeliveryState? wanted = state is null ? null : Enum.Parse<DeliveryState>(state, ignoreCase: true);
        var deliveries = await store.WebhookDeliveries.Where(row => row.WebhookId == id && (wanted == null || row.State == wanted) && (before == null || row.Id.CompareTo(before.Value) < 0))
            .OrderByDescending(row => row.Id).Take(page.Size + 1).Select(WebhookDeliveryResponse.Projection).ToListAsync(cancellationToken);
        return TypedResults.Ok(Page.Of(deliveries, page.Size, row => cursors.Encode(list, row.Id.ToString())));
    }

    private static async Task<Results<Accepted<WebhookDeliveryResponse>, ProblemHttpResult>> Resend(
        Guid id, Guid deliveryId, AuditContext store, AuditTrail trail, AuditRecorder audit, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await store.Webhooks.AsNoTracking().FirstOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } webhook || await store.WebhookDeliveries.FirstOrDefaultAsync(row => row.Id == deliveryId && row.WebhookId == id, cancellationToken) is not { } sent)
        {
            return Problems.DeliveryNotFound();
        }

        var now = time.GetStoredNow();
        var waiting = new WebhookDelivery
        {
            Id = Guid.CreateVersion7(now),
            WebhookId = id,
            Sequence = sent.Sequence,
            EventId = sent.EventId,
            EventType = sent.EventType,
            Time = now,
            Milliseconds = 0,
            State = DeliveryState.Waiting,
        };
        store.WebhookDeliveries.Add(waiting);
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        await trail.AppendAsync([audit.RecordOf(AuditEventTypes.WebhookResent, webhook.AsParty(), after: new { @event = sent.EventId })], now, cancellationToken);
        await store.DeliveryProgress.Where(row => row.Receiver == id.ToString()).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.NextAttemptAt, (DateTimeOffset?)null), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return TypedResults.Accepted((string?)null, WebhookDeliveryResponse.Of(waiting));
    }
}
