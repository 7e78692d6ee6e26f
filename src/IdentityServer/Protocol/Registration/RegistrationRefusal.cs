using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;

namespace UserDomain.IdentityServer.Protocol.Registration;

/// <summary>Why a client is not registered or changed, in the words of RFC 7591 section 3.2.2.</summary>
/// <param name="Error">The error code.</param>
/// <param name="Description">What is wrong and how to mend it.</param>
/// <param name="Status">HTTP status.</param>
internal sealed record RegistrationRefusal(string Error, string Description, int Status = StatusCodes.Status400BadRequest)
{
    private const string InvalidMetadata = "invalid_client_metadata";
    private const int MaxDescription = 500;

    /// <summary>The members of a description of a client that are called otherwise in metadata.</summary>
    private static readonly Dictionary<string, string> Names = new()
    {
        ["displayName"] = "client_name",
        ["grants"] = "grant_types",
        ["scopes"] = "scope",
        ["requirePar"] = "require_pushed_authorization_requests",
        ["senderConstraint"] = "dpop_bound_access_tokens",
    };

    /// <summary>One member of the metadata is wrong; null if it is the whole.</summary>
    public static RegistrationRefusal Of(string? member, string problem) => new(
        member?.StartsWith("redirect_uris", StringComparison.Ordinal) == true ? "invalid_redirect_uri" : InvalidMetadata,
        member is null ? problem : $"{member}: {problem}");

    /// <summary>What is wrong with the client that was described; null if nothing is.</summary>
    public static RegistrationRefusal? Of(IEnumerable<(string Member, string Problem)> problems) =>
        problems.Select(one => Of(NameOf(one.Member), one.Problem)).FirstOrDefault();

    /// <summary>What was sent cannot be read at all.</summary>
    public static RegistrationRefusal Unreadable(int status, string description) => new("invalid_request", description, status);

    /// <summary>What the rules of the API for clients refuse. That somebody reaches too far is for them to mend in the metadata, not by another token.</summary>
    public static RegistrationRefusal Of(ProblemHttpResult problem) => problem.StatusCode == StatusCodes.Status403Forbidden
        ? new(InvalidMetadata, problem.ProblemDetails.Detail!)
        : new("invalid_request", problem.ProblemDetails.Detail!, problem.StatusCode);

    /// <summary>The answer. Its description may have been made of what was sent, and has only the characters it may have.</summary>
    public IResult ToResult()
    {
        var text = Description.Length > MaxDescription ? Description[..MaxDescription] : Description;
        return TypedResults.Json(
            new { error = Error, error_description = string.Concat(text.Select(character => character is >= ' ' and < (char)0x7f and not ('"' or '\\') ? character : '?')) },
            statusCode: Status);
    }

    private static string NameOf(string member)
    {
        var end = member.IndexOfAny(['[', '.']);
        var name = end < 0 ? member : member[..end];
        return (Names.GetValueOrDefault(name) ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(name)) + (end < 0 || name == "scopes" ? "" : member[end..]);
    }
}
