using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.AuditApi.Delivery;
using UserDomain.Database;
using UserDomain.ServiceDefaults.Hosting;
using UserDomain.ServiceDefaults.Outgoing;
using UserDomain.ServiceDefaults.Secrets;

namespace UserDomain.AuditApi.Webhooks;

/// <summary>What a receiver made of an event.</summary>
/// <param name="Delivery">For the log.</param>
/// <param name="Wait">How long it wants to be left alone; null if it did not say.</param>
internal sealed record Attempt(WebhookDelivery Delivery, TimeSpan? Wait)
{
    public bool Succeeded => Delivery.State == DeliveryState.Delivered;

    /// <summary>Whether it is what this event has that the receiver cannot take. An address that is not found or not let in has something wrong that is none of the event's.</summary>
    public bool IsRefusal => Delivery.Status is (int)HttpStatusCode.BadRequest or (int)HttpStatusCode.RequestEntityTooLarge or (int)HttpStatusCode.UnsupportedMediaType or (int)HttpStatusCode.UnprocessableEntity;

    /// <summary>Whether the receiver says that it is no more.</summary>
    public bool IsGone => Delivery.Status == (int)HttpStatusCode.Gone;
}

/// <summary>Posts an event to a webhook, signed.</summary>
internal sealed class WebhookSender(IHttpClientFactory clients, KeyEncryptionKey key, UserDomainSettings settings, TimeProvider time)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    /// <summary>Wraps a new key of a webhook for the store.</summary>
    public WebhookSecret Keep(Webhook webhook, byte[] secret, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        return new() { Id = id, WebhookId = webhook.Id, Wrapped = key.Wrap(secret, ContextOf(id)), CreatedAt = now };
    }

    /// <summary>Posts it.</summary>
    public async Task<Attempt> SendAsync(Webhook webhook, AuditEventResponse audit, CancellationToken cancellationToken)
    {
        var (now, clock) = (time.GetStoredNow(), Stopwatch.StartNew());
        try
        {
            using var client = clients.CreateClient(OutgoingClient.Name);
            using var request = RequestOf(webhook, audit, now);
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return new(Logged((int)answer.StatusCode, answer.IsSuccessStatusCode ? null : $"answered {(int)answer.StatusCode}"), answer.IsSuccessStatusCode ? null : WaitOf(answer.Headers.RetryAfter, now));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new(Logged(null, exception is TaskCanceledException ? $"no answer within {OutgoingClient.Timeout.TotalSeconds} s" : exception.GetBaseException().Message), null);
        }

        WebhookDelivery Logged(int? status, string? error) => new()
        {
            Id = Guid.CreateVersion7(now),
            WebhookId = webhook.Id,
            Sequence = audit.Sequence,
            EventId = audit.Id,
            EventType = audit.Type,
            Time = now,
            Milliseconds = (int)clock.ElapsedMilliseconds,
            Status = status,
            Error = error is { Length: > DeliveryProgress.MaxErrorLength } ? error[..DeliveryProgress.MaxErrorLength] : error,
            State = error is null ? DeliveryState.Delivered : DeliveryState.Failed,
        };
    }

    private HttpRequestMessage RequestOf(Webhook webhook, AuditEventResponse audit, DateTimeOffset now)
    {
        var body = CloudEvent.Write(audit, settings.PublicUrl);
        var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(CloudEvent.MediaType, "utf-8");
        WebhookSignature.Sign(request, audit.Id.ToString(), now, body, webhook.Secrets.OrderByDescending(secret => secret.Id).Select(secret => key.Unwrap(secret.Wrapped, ContextOf(secret.Id))));
        return request;
    }

    private static TimeSpan? WaitOf(RetryConditionHeaderValue? header, DateTimeOffset now) =>
        (header?.Delta ?? header?.Date - now) is { } wait && wait > TimeSpan.Zero ? TimeSpan.FromTicks(Math.Min(wait.Ticks, LongestWait.Ticks)) : null;

    private static string ContextOf(Guid secret) => $"webhook-secret:{secret}";
}
