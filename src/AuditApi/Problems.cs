using Microsoft.AspNetCore.Http.HttpResults;
using UserDomain.AuditApi.Webhooks;
using UserDomain.ServiceDefaults.Errors;

namespace UserDomain.AuditApi;

/// <summary>What the service refuses, by name.</summary>
internal static class Problems
{
    public static ProblemHttpResult AuditEventNotFound() => Problem.NotFound("audit-event");

    public static ProblemHttpResult TimeInFuture(int index) => Problem.Invalid($"events[{index}].time",
        "The time is more than 5 minutes in the future: set the clock of the sender.");

    public static ProblemHttpResult RecordedByTheTrail(int index) => Problem.Invalid($"events[{index}].type",
        "The trail records this type itself: POST /api/v1/audit-events/erasures erases what it has of a person.");

    public static ProblemHttpResult NoWords() => Problem.Invalid("q", "There is no word in it: a word is of letters and digits.");

    public static ProblemHttpResult TooManyWords(int most) => Problem.Invalid("q", $"These are more than {most} words: ask for fewer.");

    public static ProblemHttpResult WebhookNotFound() => Problem.NotFound("webhook");

    public static ProblemHttpResult DeliveryNotFound() => Problem.NotFound("webhook-delivery");

    public static ProblemHttpResult SecretNotFound() => Problem.NotFound("webhook-secret");

    public static ProblemHttpResult HttpNotAllowed() => Problem.Invalid("url", "The address is by http, which only an installation on localhost may call: use https.");

    public static ProblemHttpResult TooManyWebhooks() => Conflict("too-many-webhooks", "Too many webhooks",
        $"There are {WebhookLimits.Webhooks} webhooks already: delete one that is not used any more.");

    public static ProblemHttpResult TooManySecrets(Guid oldest) => Conflict("too-many-secrets", "Too many secrets",
        $"Two secrets are in use at most: delete the old one, {oldest}, first.");

    public static ProblemHttpResult LastSecret() => Conflict("last-secret", "Last secret",
        "Deliveries are signed with it: make another one first.");

    public static ProblemHttpResult NotThereYet() => Problem.Invalid("after", "There is no event with this sequence yet: the list of events tells the last one.");

    public static ProblemHttpResult NotSealedYet() => Problem.Create(StatusCodes.Status409Conflict, "not-sealed-yet", "Not sealed yet",
        "No signed head covers this yet: heads follow the trail within two seconds, ask again then.");

    public static ProblemHttpResult NoSuchSizes(string member, long size) => Problem.Invalid(member,
        $"The sizes are those of two heads, the smaller first: the newest head has {size} events.");

    public static ProblemHttpResult NoSuchRange() => Problem.Invalid("to", "The last event of a range does not come before its first.");

    public static ProblemHttpResult TrailBroken(string detail) => Problem.Create(StatusCodes.Status409Conflict, "trail-broken", "The trail was changed",
        $"There is no proof: {detail} GET /api/v1/audit-events/verification names the place.");

    public static ProblemHttpResult NoSuchStart(long size) => Problem.Invalid("after", $"An export begins at the latest after the last sealed event, which is {size}.");

    public static ProblemHttpResult SealedHasAll() => Problem.Invalid("format", "What is sealed is everything: leave the filters out, or ask for another format.");

    /// <summary>Lost against another change: the version the caller named is gone, or the one read here.</summary>
    public static ProblemHttpResult ChangedMeanwhile(HttpContext http) => http.Request.Headers.IfMatch.Count > 0
        ? Problem.Create(StatusCodes.Status412PreconditionFailed, "version-mismatch", "Changed by somebody else",
            "If-Match does not name the current version any more: read it again, apply your change, and send it with that ETag.")
        : Conflict("changed-meanwhile", "Changed by somebody else", "Somebody else changed it at the same time: read it again and repeat the request.");

    private static ProblemHttpResult Conflict(string name, string title, string detail) =>
        Problem.Create(StatusCodes.Status409Conflict, name, title, detail);
}
