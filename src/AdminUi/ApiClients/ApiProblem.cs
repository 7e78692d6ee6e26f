using System.Diagnostics.CodeAnalysis;

namespace UserDomain.AdminUi.ApiClients;

/// <summary>Why an API did not do what it was asked, as it said itself (RFC 9457).</summary>
/// <param name="Status">HTTP status; 503 when the API could not be reached.</param>
/// <param name="Type">Identifies the kind of problem.</param>
/// <param name="Title">The kind in words.</param>
/// <param name="Detail">This case in words.</param>
/// <param name="TraceId">Finds the log lines of the request.</param>
/// <param name="Errors">What is wrong with each member of the request.</param>
internal sealed record ApiProblem(
    int Status, string? Type, string? Title, string? Detail, string? TraceId, IReadOnlyDictionary<string, string[]>? Errors)
{
    public const string Unreachable = "unreachable";

    public bool IsNotFound => Status == StatusCodes.Status404NotFound;

    public bool IsVersionMismatch => Status == StatusCodes.Status412PreconditionFailed;

    /// <summary>A problem the console found before it asked the API.</summary>
    public static ApiProblem Local(string title, string detail) => new(StatusCodes.Status400BadRequest, null, title, detail, null, null);
}

/// <summary>What an API answered: a value or a problem.</summary>
internal sealed record ApiResult<T>(T? Value, ApiProblem? Problem)
    where T : class
{
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool Succeeded => Problem is null;
}
