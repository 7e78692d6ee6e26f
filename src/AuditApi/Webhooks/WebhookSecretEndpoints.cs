using Microsoft.AspNetCore.Http.HttpResults;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Database.Idempotency;
using UserDomain.Events;
using UserDomain.ServiceDefaults.Authorization;

namespace UserDomain.AuditApi.Webhooks;

internal static class WebhookSecretEndpoints
{
    // One that receivers know, and one that takes its place.
    private const int MostSecrets = 2;

    public static void MapWebhookSecrets(this IEndpointRouteBuilder routes)
    {
        var secrets = routes.MapGroup("/webhooks/{id:guid}/secrets").WithTags("Webhook secrets");

        secrets.MapPost("/", Create).WithIdempotency<AuditContext>().RequireAccess(Scopes.WebhooksWrite);
        secrets.MapDelete("/{secretId:guid}", Delete).RequireAccess(Scopes.WebhooksWrite);
    }

    private static async Task<Results<Created<WebhookSecretResponse>, ProblemHttpResult>> Create(
        Guid id, WebhookChanges changes, WebhookSender sender, AuditRecorder audit, AuditContext store, TimeProvider time, HttpContext http)
    {
        if (await changes.FindAsync(id, http) is not { } found)
        {
            return Problems.WebhookNotFound();
        }

        if (found.Webhook.Secrets.Count >= MostSecrets)
        {
            return Problems.TooManySecrets(found.Webhook.Secrets.Min(secret => secret.Id));
        }

        var (key, now) = (WebhookSignature.NewKey(), time.GetStoredNow());
        var kept = sender.Keep(found.Webhook, key, now);
        store.Add(kept);
        found.Webhook.Touch(now);
        var made = WebhookSecretResponse.Of(kept);
        return await changes.SaveAsync(http, audit.RecordOf(AuditEventTypes.WebhookSecretCreated, found.Webhook.AsParty(), after: new { made.Id, made.CreatedAt })) is { } lost
            ? lost
            : TypedResults.Created($"/api/v1/webhooks/{id}", made with { Secret = WebhookSignature.Show(key) });
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid id, Guid secretId, WebhookChanges changes, AuditRecorder audit, AuditContext store, TimeProvider time, HttpContext http)
    {
        if (await changes.FindAsync(id, http) is not { } found)
        {
            return Problems.WebhookNotFound();
        }

        if (found.Webhook.Secrets.Find(secret => secret.Id == secretId) is not { } ended)
        {
            return Problems.SecretNotFound();
        }

        if (found.Webhook.Secrets.Count == 1)
        {
            return Problems.LastSecret();
        }

        store.Remove(ended);
        found.Webhook.Touch(time.GetStoredNow());
        return await changes.SaveAsync(http, audit.RecordOf(AuditEventTypes.WebhookSecretDeleted, found.Webhook.AsParty(), before: new { ended.Id, ended.CreatedAt })) is { } lost ? lost : TypedResults.NoContent();
    }
}
