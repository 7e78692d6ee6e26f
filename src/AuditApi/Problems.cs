using Microsoft.AspNetCore.Http.HttpResults;
using UserDomain.ServiceDefaults.Errors;

namespace UserDomain.AuditApi;

/// <summary>What the service refuses, by name.</summary>
internal static class Problems
{
    public static ProblemHttpResult AuditEventNotFound() => Problem.NotFound("audit-event");

    public static ProblemHttpResult TimeInFuture(int index) => Problem.Invalid($"events[{index}].time",
        "The time is more than 5 minutes in the future: set the clock of the sender.");

    public static ProblemHttpResult NotSealedYet() => Problem.Create(StatusCodes.Status409Conflict, "not-sealed-yet", "Not sealed yet",
        "No signed head covers this yet: heads follow the trail within two seconds, ask again then.");

    public static ProblemHttpResult NoSuchSizes(string member, long size) => Problem.Invalid(member,
        $"The sizes are those of two heads, the smaller first: the newest head has {size} events.");

    public static ProblemHttpResult NoSuchRange() => Problem.Invalid("to", "The last event of a range does not come before its first.");

    public static ProblemHttpResult TrailBroken(string detail) => Problem.Create(StatusCodes.Status409Conflict, "trail-broken", "The trail was changed",
        $"There is no proof: {detail} GET /api/v1/audit-events/verification names the place.");

    public static ProblemHttpResult NoSuchStart(long size) => Problem.Invalid("from", $"An export begins at the latest after the last sealed event, which is {size}.");
}
