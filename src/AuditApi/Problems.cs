using Microsoft.AspNetCore.Http.HttpResults;
using UserDomain.ServiceDefaults.Errors;

namespace UserDomain.AuditApi;

/// <summary>What the service refuses, by name.</summary>
internal static class Problems
{
    public static ProblemHttpResult AuditEventNotFound() => Problem.NotFound("audit-event");

    public static ProblemHttpResult TimeInFuture(int index) => Problem.Invalid($"events[{index}].time",
        "The time is more than 5 minutes in the future: set the clock of the sender.");
}
