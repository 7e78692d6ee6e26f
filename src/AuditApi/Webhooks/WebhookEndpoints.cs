using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.Delivery;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Database.Idempotency;
using UserDomain.Events;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.ServiceDefaults.Hosting;
using UserDomain.ServiceDefaults.Lists;
using UserDomain.ServiceDefaults.Outgoing;

namespace UserDomain.AuditApi.Webhooks;

internal static class WebhookEndpoints
{
    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        var webhooks = routes.MapGroup("/webhooks").WithTags("Webhooks");

        webhooks.MapGet("/", List).RequireAccess(Scopes.WebhooksRead);
        webhooks.MapPost("/", Create).WithIdempotency<AuditContext, CreateWebhookRequest>().RequireAccess(Scopes.WebhooksWrite);
        webhooks.MapGet("/{id:guid}", Get).RequireAccess(Scopes.WebhooksRead);
        webhooks.MapPatch("/{id:guid}", Update).RequireAccess(Scopes.WebhooksWrite);
        webhooks.MapDelete("/{id:guid}", Delete).RequireAccess(Scopes.WebhooksWrite);
        webhooks.MapPost("/{id:guid}/replay", Replay).RequireAccess(Scopes.WebhooksWrite);
    }

    private static async Task<Results<Ok<Page<WebhookResponse>>, ProblemHttpResult>> List(
        [AsParameters] PageQuery page, AuditContext store, CursorCodec cursors, CancellationToken cancellationToken)
    {
        if (cursors.Refuse("webhooks", page, out var cursor) is { } refusal)
        {
            return refusal;
        }

        Guid? after = cursor is null ? null : Guid.Parse(cursor);
        var webhooks = await store.Webhooks.AsNoTracking().Include(webhook => webhook.Secrets)
            .Where(webhook => after == null || webhook.Id.CompareTo(after.Value) > 0).OrderBy(webhook => webhook.Id).Take(page.Size + 1).ToListAsync(cancellationToken);
        var receivers = webhooks.ConvertAll(webhook => webhook.Id.ToString());
        var progress = await store.DeliveryProgress.AsNoTracking().Where(row => receivers.Contains(row.Receiver)).ToDictionaryAsync(row => row.Receiver, cancellationToken);
        var found = Page.Of(webhooks, page.Size, webhook => cursors.Encode("webhooks", webhook.Id.ToString()));

        // One that is deleted between the two questions has no progress.
        return TypedResults.Ok(new Page<WebhookResponse>(
            [.. found.Items.Where(webhook => progress.ContainsKey(webhook.Id.ToString())).Select(webhook => WebhookResponse.Of(webhook, progress[webhook.Id.ToString()]))], found.NextCursor));
    }

    private static async Task<Results<Created<WebhookResponse>, ProblemHttpResult>> Create(
        CreateWebhookRequest request, AuditContext store, WebhookChanges changes, WebhookSender sender, TrailReader reader, AuditRecorder audit, UserDomainSettings settings, TimeProvider time, HttpContext http, CancellationToken cancellationToken)
    {
        if (!OutgoingRule.Allows(new(request.Url), settings))
        {
            return Problems.HttpNotAllowed();
        }

        if (await store.Webhooks.CountAsync(cancellationToken) >= WebhookLimits.Webhooks)
        {
            return Problems.TooManyWebhooks();
        }

        var now = time.GetStoredNow();
        var webhook = new Webhook
        {
            Id = Guid.CreateVersion7(now),
            Url = request.Url,
            EventTypes = string.Join(' ', request.EventTypes?.Distinct() ?? []),
            Description = request.Description ?? "",
            CreatedAt = now,
            UpdatedAt = now,
        };
        var key = WebhookSignature.NewKey();
        webhook.Secrets.Add(sender.Keep(webhook, key, now));
        store.Webhooks.Add(webhook);
        var progress = new DeliveryProgress { Receiver = webhook.Id.ToString(), Position = await reader.EndAsync(cancellationToken), Since = now };
        store.DeliveryProgress.Add(progress);
        if (await changes.SaveAsync(http, audit.RecordOf(AuditEventTypes.WebhookCreated, webhook.AsParty(), after: webhook.AsAudited())) is { } lost)
        {
            return lost;
        }

        ETags.Set(http, webhook.Version);
        var made = WebhookResponse.Of(webhook, progress);
        return TypedResults.Created($"/api/v1/webhooks/{webhook.Id}", made with { Secrets = [made.Secrets[0] with { Secret = WebhookSignature.Show(key) }] });
    }

    private static async Task<Results<Ok<WebhookResponse>, ProblemHttpResult>> Get(Guid id, WebhookChanges changes, HttpContext http) =>
        await changes.FindAsync(id, http) is { } found ? TypedResults.Ok(Answer(found, http)) : Problems.WebhookNotFound();

    private static async Task<Results<Ok<WebhookResponse>, ProblemHttpResult>> Update(
        Guid id, UpdateWebhookRequest request, WebhookChanges changes, AuditRecorder audit, AuditContext store, UserDomainSettings settings, TimeProvider time, HttpContext http)
    {
        if (request.Url is not null && !OutgoingRule.Allows(new(request.Url), settings))
        {
            return Problems.HttpNotAllowed();
        }

        if (await changes.FindAsync(id, http) is not { } found)
        {
            return Problems.WebhookNotFound();
        }

        var webhook = found.Webhook;
        if (ETags.Mismatch(http, webhook.Version) is { } refusal)
        {
            return refusal;
        }

        var (before, now) = (webhook.AsAudited(), time.GetStoredNow());
        webhook.Url = request.Url ?? webhook.Url;
        webhook.EventTypes = request.EventTypes is null ? webhook.EventTypes : string.Join(' ', request.EventTypes.Distinct());
        webhook.Description = request.Description ?? webhook.Description;
        webhook.DisabledAt = request.Enabled is { } enabled ? enabled ? null : webhook.DisabledAt ?? now : webhook.DisabledAt;
        if (store.ChangeTracker.HasChanges())
        {
            webhook.Touch(now);

            // Whatever was wrong may be mended: it is tried at once.
            found.Progress.Reached(found.Progress.Position);
            if (await changes.SaveAsync(http, audit.RecordOf(AuditEventTypes.WebhookUpdated, webhook.AsParty(), before, webhook.AsAudited())) is { } lost)
            {
                return lost;
            }
        }

        return TypedResults.Ok(Answer(found, http));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(Guid id, WebhookChanges changes, AuditRecorder audit, AuditContext store, HttpContext http)
    {
        if (await changes.FindAsync(id, http) is not { } found)
        {
            return Problems.WebhookNotFound();
        }

        if (ETags.Mismatch(http, found.Webhook.Version) is { } refusal)
        {
            return refusal;
        }

        store.Remove(found.Webhook);
        store.Remove(found.Progress);
        return await changes.SaveAsync(http, audit.RecordOf(AuditEventTypes.WebhookDeleted, found.Webhook.AsParty(), before: found.Webhook.AsAudited())) is { } lost ? lost : TypedResults.NoContent();
    }

    private static async Task<Results<Ok<WebhookResponse>, ProblemHttpResult>> Replay(
        Guid id, ReplayRequest request, WebhookChanges changes, TrailReader reader, AuditRecorder audit, TimeProvider time, HttpContext http, CancellationToken cancellationToken)
    {
        if (await changes.FindAsync(id, http) is not { } found)
        {
            return Problems.WebhookNotFound();
        }

        if (request.After > await reader.EndAsync(cancellationToken))
        {
            return Problems.NotThereYet();
        }

        var (position, now) = (found.Progress.Position, time.GetStoredNow());
        found.Progress.Reached(request.After!.Value);
        found.Progress.Since = now;
        found.Webhook.Touch(now);
        return await changes.SaveAsync(http, audit.RecordOf(AuditEventTypes.WebhookUpdated, found.Webhook.AsParty(), new { position }, new { position = request.After })) is { } lost
            ? lost
            : TypedResults.Ok(Answer(found, http));
    }

    private static WebhookResponse Answer(FoundWebhook found, HttpContext http)
    {
        ETags.Set(http, found.Webhook.Version);
        return WebhookResponse.Of(found.Webhook, found.Progress);
    }
}
