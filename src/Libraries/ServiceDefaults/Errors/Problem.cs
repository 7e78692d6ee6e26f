using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace UserDomain.ServiceDefaults.Errors;

/// <summary>Makes the error answers of the APIs (RFC 9457). Each service names its own in a class <c>Problems</c>.</summary>
public static class Problem
{
    /// <summary>What every <c>type</c> begins with.</summary>
    public const string TypePrefix = "urn:user-domain:problem:";

    /// <summary>An error answer.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="name">The last part of <c>type</c>, kebab-case; clients switch on it.</param>
    /// <param name="title">What went wrong in general; the same for every occurrence.</param>
    /// <param name="detail">What went wrong here and how to mend it; never anything internal.</param>
    public static ProblemHttpResult Create(int status, string name, string title, string detail) =>
        TypedResults.Problem(new ProblemDetails { Status = status, Type = TypePrefix + name, Title = title, Detail = detail });

    /// <summary>404 for a thing that is missing or that the caller may not see (AUZ-03: both look the same).</summary>
    /// <param name="kind">What it would have been, as in <c>role</c>.</param>
    public static ProblemHttpResult NotFound(string kind) =>
        Create(StatusCodes.Status404NotFound, $"{kind}-not-found", "Not found", $"There is no {kind.Replace('-', ' ')} with this id.");

    /// <summary>400 for one member of the request.</summary>
    /// <param name="member">Name of the member, as sent.</param>
    /// <param name="message">What is wrong with it and how to mend it.</param>
    public static ProblemHttpResult Invalid(string member, string message) =>
        TypedResults.Problem(new HttpValidationProblemDetails(new Dictionary<string, string[]> { [member] = [message] })
        {
            Status = StatusCodes.Status400BadRequest,
            Type = TypePrefix + "validation-failed",
            Title = "The request is not valid",
            Detail = message,
        });
}
