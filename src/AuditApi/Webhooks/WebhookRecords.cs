using System.ComponentModel.DataAnnotations;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.AuditApi.Delivery;
using UserDomain.Database.Idempotency;
using UserDomain.ServiceDefaults.Outgoing;
using UserDomain.ServiceDefaults.Validation;

namespace UserDomain.AuditApi.Webhooks;

/// <summary>A webhook to create. It is told what happens from then on.</summary>
/// <param name="Url">Where events are posted: https, without fragment or user information.</param>
/// <param name="EventTypes">Types of events, or beginnings up to a dot as in <c>user.</c>; all when absent or empty.</param>
/// <param name="Description">What it is for.</param>
public sealed record CreateWebhookRequest(
    [Required, OutgoingUrl] string Url,
    [MaxLength(WebhookLimits.Types), WantedTypes] IReadOnlyList<string>? EventTypes,
    [StringLength(WebhookLimits.Description), PlainText] string? Description);

/// <summary>A change of a webhook; what is absent stays as it is.</summary>
/// <param name="Url">Where events are posted.</param>
/// <param name="EventTypes">Types of events; an empty list for all.</param>
/// <param name="Description">What it is for; empty to clear it.</param>
/// <param name="Enabled">Whether events are sent. One that is enabled again goes on where it was.</param>
public sealed record UpdateWebhookRequest(
    [OutgoingUrl] string? Url,
    [MaxLength(WebhookLimits.Types), WantedTypes] IReadOnlyList<string>? EventTypes,
    [StringLength(WebhookLimits.Description), PlainText] string? Description,
    bool? Enabled);

/// <summary>From where a webhook is told once more.</summary>
/// <param name="After">Sequence of the event before the first one to send; 0 for all there are.</param>
public sealed record ReplayRequest([Required, Range(0, long.MaxValue)] long? After);

/// <summary>A webhook.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="Url">Where events are posted.</param>
/// <param name="EventTypes">Types of events, or beginnings up to a dot; all when empty.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Enabled">Whether events are sent.</param>
/// <param name="Secrets">What deliveries are signed with.</param>
/// <param name="Progress">How far it is.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
/// <param name="Version">The entity tag.</param>
public sealed record WebhookResponse(
    Guid Id, string Url, IReadOnlyList<string> EventTypes, string Description, bool Enabled, IReadOnlyList<WebhookSecretResponse> Secrets, WebhookProgress Progress,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, long Version) : IShownOnce
{
    object IShownOnce.ForLater() => this with { Secrets = [.. Secrets.Select(secret => secret with { Secret = null })] };

    internal static WebhookResponse Of(Webhook webhook, DeliveryProgress progress) => new(
        webhook.Id, webhook.Url, webhook.Types, webhook.Description, webhook.DisabledAt is null, [.. webhook.Secrets.OrderBy(secret => secret.Id).Select(WebhookSecretResponse.Of)],
        new(progress.Position, progress.Failures, progress.FailingSince, progress.NextAttemptAt, progress.LastError), webhook.CreatedAt, webhook.UpdatedAt, webhook.Version);
}

/// <summary>A secret of a webhook.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Secret">The secret itself, <c>whsec_</c> and base64: in the answer to its creation, and never again.</param>
public sealed record WebhookSecretResponse(Guid Id, DateTimeOffset CreatedAt, string? Secret) : IShownOnce
{
    object IShownOnce.ForLater() => this with { Secret = null };

    internal static WebhookSecretResponse Of(WebhookSecret secret) => new(secret.Id, secret.CreatedAt, null);
}

/// <summary>How far a webhook is.</summary>
/// <param name="Position">Sequence of the last event that is done with.</param>
/// <param name="Failures">How often in a row it went wrong.</param>
/// <param name="FailingSince">Since when.</param>
/// <param name="NextAttemptAt">When it is tried again.</param>
/// <param name="LastError">What last went wrong.</param>
public sealed record WebhookProgress(long Position, int Failures, DateTimeOffset? FailingSince, DateTimeOffset? NextAttemptAt, string? LastError);

/// <summary>An attempt to deliver an event.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="EventId">The event; also the <c>webhook-id</c>.</param>
/// <param name="Sequence">Place of the event in the trail.</param>
/// <param name="EventType">Its type.</param>
/// <param name="State">What became of it.</param>
/// <param name="Time">When it was sent.</param>
/// <param name="Milliseconds">How long the answer took.</param>
/// <param name="Status">Status of the answer; null when there was none.</param>
/// <param name="Error">What went wrong.</param>
public sealed record WebhookDeliveryResponse(
    Guid Id, Guid EventId, long Sequence, string EventType, DeliveryState State, DateTimeOffset Time, int Milliseconds, int? Status, string? Error)
{
    internal static readonly System.Linq.Expressions.Expression<Func<WebhookDelivery, WebhookDeliveryResponse>> Projection = row => new(
        row.Id, row.EventId, row.Sequence, row.EventType, row.State, row.Time, row.Milliseconds, row.Status, row.Error);

    internal static readonly Func<WebhookDelivery, WebhookDeliveryResponse> Of = Projection.Compile();
}

/// <summary>An address others may have called (OUT-01).</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class OutgoingUrlAttribute : ValidationAttribute
{
    /// <inheritdoc />
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is string url && OutgoingRule.ProblemOf(url) is { } problem
            ? new ValidationResult($"The address {problem}.", validationContext.MemberName is { } member ? [member] : null)
            : ValidationResult.Success;
}

/// <summary>Types of events, or beginnings of types.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class WantedTypesAttribute() : ValidationAttribute("Each type looks like order.approved, or like order. for all that begin so.")
{
    private static readonly EventTypeAttribute Type = new();

    /// <inheritdoc />
    public override bool IsValid(object? value) => value is not IReadOnlyList<string> types
        || types.All(type => type is { Length: > 0 and <= AuditEventLimits.Type } && Type.IsValid(type[^1] == '.' ? type + "x" : type));
}
