using Microsoft.AspNetCore.Http.HttpResults;
using UserDomain.ServiceDefaults.Errors;

namespace UserDomain.ProfileApi;

/// <summary>What the service refuses, by name.</summary>
internal static class Problems
{
    public static ProblemHttpResult UserNotFound() => Problem.NotFound("user");

    public static ProblemHttpResult UserNameTaken() => Problem.Create(StatusCodes.Status409Conflict, "user-name-taken", "User name taken",
        "Another user has this user name, in these or other cases of its letters: choose another.");

    public static ProblemHttpResult EmailTaken() => Problem.Create(StatusCodes.Status409Conflict, "email-taken", "E-mail address taken",
        "Another user has this e-mail address, in these or other cases of its letters: choose another.");

    public static ProblemHttpResult SelfNotAllowed() => Problem.Create(StatusCodes.Status409Conflict, "self-not-allowed", "Not to yourself",
        "Nobody disables or deletes themselves: ask another administrator.");

    public static ProblemHttpResult TargetAboveCaller() => Problem.Create(StatusCodes.Status403Forbidden, "target-above-caller", "Target holds more rights",
        "The user holds permissions that you do not: ask somebody who holds them as well.");

    public static ProblemHttpResult LastAdministrator() => Problem.Create(StatusCodes.Status409Conflict, "last-administrator", "Last administrator",
        "The user is the last enabled administrator: give the role to another user first.");

    public static ProblemHttpResult ChangedMeanwhile() => Problem.Create(StatusCodes.Status412PreconditionFailed, "version-mismatch", "Changed by somebody else",
        "The user was changed while this request ran: read it again and repeat the request.");
}
