using Microsoft.AspNetCore.Http.HttpResults;
using UserDomain.ServiceDefaults.Errors;

namespace UserDomain.SessionApi;

/// <summary>Everything this service refuses, by name.</summary>
internal static class Problems
{
    public static ProblemHttpResult SessionNotFound() => Problem.NotFound("session");

    public static ProblemHttpResult InvalidAddress() =>
        Problem.Invalid("address", "The address must be an IPv4 or IPv6 address, such as 192.0.2.7.");

    public static ProblemHttpResult UnknownUser(Guid id) => Problem.Create(
        StatusCodes.Status422UnprocessableEntity, "unknown-user", "Cannot be done as asked", $"There is no user with the id {id}.");

    public static ProblemHttpResult UserDisabled(Guid id) => Problem.Create(
        StatusCodes.Status409Conflict, "user-disabled", "User disabled", $"The user {id} is disabled: enable the user first.");

    public static ProblemHttpResult UnknownEvent() => Problem.Invalid("Last-Event-ID", "No event has this id: leave the header out, or send the id of the last event that had one.");
}
