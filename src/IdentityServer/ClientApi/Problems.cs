using Microsoft.AspNetCore.Http.HttpResults;
using UserDomain.ServiceDefaults.Errors;

namespace UserDomain.IdentityServer.ClientApi;

/// <summary>Everything the client API refuses, by name.</summary>
internal static class Problems
{
    public static ProblemHttpResult ClientNotFound() => Problem.NotFound("client");

    public static ProblemHttpResult SecretNotFound() => Problem.NotFound("client-secret");

    public static ProblemHttpResult ClientIdTaken(string clientId) => Conflict("client-id-taken", "Id taken", $"There is a client with the client_id '{clientId}' already.");

    public static ProblemHttpResult ClientBuiltIn(string clientId) => Conflict("client-built-in", "Built in",
        $"The client '{clientId}' is a part of the product and stays as it is.");

    public static ProblemHttpResult TooManySecrets(Guid oldest) => Conflict("too-many-client-secrets", "Two secrets already",
        $"A client has two secrets at most, for the time in which it changes from one to the other. Delete one first; the oldest is {oldest}.");

    public static ProblemHttpResult LastSecret() => Conflict("last-client-secret", "Last secret",
        "The client could not authenticate any more: make another secret first, or disable the client.");

    public static ProblemHttpResult KeepsNoSecret() => Problem.Create(StatusCodes.Status422UnprocessableEntity, "client-keeps-no-secret", "Cannot be done as asked",
        "Only clients of type web and service keep a secret, and none that proves itself with a key.");

    public static ProblemHttpResult AboveOwnRights(IEnumerable<string> missing) => Problem.Create(StatusCodes.Status403Forbidden, "above-own-rights", "Not allowed",
        $"Nobody makes, changes or ends a client with rights above their own. You do not hold: {string.Join(", ", missing)}.");

    public static ProblemHttpResult SelfNotAllowed() => Problem.Create(StatusCodes.Status403Forbidden, "self-not-allowed", "Not allowed",
        "No client changes, disables, enables or deletes itself: ask somebody else. It may make and delete secrets of its own.");

    /// <summary>Everything that is wrong with what a client shall be.</summary>
    public static ProblemHttpResult? Invalid(IEnumerable<(string Member, string Problem)> problems)
    {
        var errors = problems.GroupBy(one => one.Member, one => one.Problem).ToDictionary(member => member.Key, member => member.ToArray());
        return errors.Count == 0 ? null : TypedResults.Problem(new HttpValidationProblemDetails(errors)
        {
            Status = StatusCodes.Status400BadRequest,
            Type = Problem.TypePrefix + "validation-failed",
            Title = "The request is not valid",
            Detail = string.Join("; ", errors.SelectMany(member => member.Value, (member, problem) => $"{member.Key}: {problem}")),
        });
    }

    /// <summary>Lost against another change: the version the caller named is gone, or the one read here.</summary>
    public static ProblemHttpResult ChangedMeanwhile(HttpContext http) => http.Request.Headers.IfMatch.Count > 0
        ? Problem.Create(StatusCodes.Status412PreconditionFailed, "version-mismatch", "Changed by somebody else",
            "If-Match does not name the current version any more: read it again, apply your change, and send it with that ETag.")
        : Conflict("changed-meanwhile", "Changed by somebody else", "Somebody else changed it at the same time: read it again and repeat the request.");

    private static ProblemHttpResult Conflict(string name, string title, string detail) =>
        Problem.Create(StatusCodes.Status409Conflict, name, title, detail);
}
