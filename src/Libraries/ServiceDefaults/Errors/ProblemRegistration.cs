using System.Data.Common;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace UserDomain.ServiceDefaults.Errors;

internal static class ProblemRegistration
{
    public static void AddProblems(this IServiceCollection services)
    {
        services.AddProblemDetails(options => options.CustomizeProblemDetails = Complete);
        services.AddExceptionHandler<RequestFaults>();
    }

    private static void Complete(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        if (problem is HttpValidationProblemDetails invalid && problem.Type?.StartsWith(Problem.TypePrefix, StringComparison.Ordinal) != true)
        {
            invalid.Errors = invalid.Errors.ToDictionary(error => AsSent(error.Key), error => error.Value);
            problem.Type = Problem.TypePrefix + "validation-failed";
            problem.Title = "The request is not valid";
            problem.Detail ??= "See errors for each member that has to change.";
        }
        else if (problem.Type?.StartsWith(Problem.TypePrefix, StringComparison.Ordinal) != true)
        {
            var status = problem.Status ?? context.HttpContext.Response.StatusCode;
            var phrase = ReasonPhrases.GetReasonPhrase(status);
            problem.Type = Problem.TypePrefix + phrase.ToLowerInvariant().Replace(' ', '-');
            problem.Title = phrase;
        }

        problem.Extensions["traceId"] = Activity.Current?.TraceId.ToString() ?? context.HttpContext.TraceIdentifier;
    }

    // Validation names members as our types do; the caller knows them as they are on the wire.
    private static string AsSent(string path) => string.Join('.', path.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));
}

/// <summary>
/// The last resort: a request that cannot be read gets a 400 that says why, one that the database left waiting a 503, everything else a 500 that says
/// nothing (API-04).
/// </summary>
internal sealed partial class RequestFaults(IProblemDetailsService problems, ILogger<RequestFaults> logger) : IExceptionHandler
{
    private const string RetryAfterSeconds = "2";

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var problem = exception switch
        {
            BadHttpRequestException { InnerException: JsonException json } => Unreadable(400, $"The JSON body is not valid at '{json.Path ?? "$"}': {Explain(json.Message)}"),
            BadHttpRequestException bad => Unreadable(bad.StatusCode, bad.Message.StartsWith("Implicit body", StringComparison.Ordinal) ? "Send a JSON body." : bad.Message),
            _ when IsOverload(exception) => Unavailable(httpContext),
            _ => new ProblemDetails { Status = 500, Type = Problem.TypePrefix + "internal", Title = "Something failed on our side", Detail = "Try again; if it keeps failing, give the traceId to the operator." },
        };
        if (problem.Status >= 500)
        {
            LogUnhandled(exception, httpContext.Request.Path);
        }

        httpContext.Response.StatusCode = problem.Status!.Value;
        await problems.WriteAsync(new() { HttpContext = httpContext, ProblemDetails = problem, Exception = exception });
        return true;
    }

    // Lost, or so busy that our time-outs ended the wait: what was begun is rolled back, and the same request may succeed soon (REL-03).
    private static bool IsOverload(Exception? exception) =>
        exception is DbException { IsTransient: true } || (exception is not null && IsOverload(exception.InnerException));

    private static ProblemDetails Unavailable(HttpContext context)
    {
        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        return new() { Status = 503, Type = Problem.TypePrefix + "unavailable", Title = "Not available right now", Detail = "The database did not answer in time; nothing was changed. Try again after the seconds in Retry-After." };
    }

    private static ProblemDetails Unreadable(int status, string detail) =>
        new() { Status = status, Type = Problem.TypePrefix + "unreadable-request", Title = "The request cannot be read", Detail = detail };

    // System.Text.Json names types of ours and appends positions; the path says where already.
    private static string Explain(string message) => message switch
    {
        _ when message.Contains("could not be mapped", StringComparison.Ordinal) => "there is no such member to set.",
        _ when message.StartsWith("Duplicate property", StringComparison.Ordinal) => "the member is there twice.",
        _ when message.Contains("could not be converted", StringComparison.Ordinal) => "the value is not of the type that belongs there.",
        _ => message.Split(" Path:", 2)[0].Split(" LineNumber:", 2)[0],
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "Unhandled exception at {Path}")]
    private partial void LogUnhandled(Exception exception, string path);
}
