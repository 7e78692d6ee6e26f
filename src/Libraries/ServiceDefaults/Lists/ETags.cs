using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using UserDomain.ServiceDefaults.Errors;

namespace UserDomain.ServiceDefaults.Lists;

/// <summary>Entity tags from the version of a row, and what <c>If-Match</c> asks of it (RFC 9110 sections 8.8.3 and 13.1.1).</summary>
public static class ETags
{
    /// <summary>Puts the tag of a version on the answer.</summary>
    public static void Set(HttpContext context, long version) => context.Response.Headers.ETag = Format(version);

    /// <summary>The refusal when the caller has seen another version than the stored one; null when it may go on.</summary>
    public static ProblemHttpResult? Mismatch(HttpContext context, long version)
    {
        var wanted = context.Request.Headers.IfMatch;
        if (wanted.Count == 0 || wanted.SelectMany(value => (value ?? "").Split(',')).Any(tag => tag.Trim() is "*" || tag.Trim() == Format(version)))
        {
            return null;
        }

        return Problem.Create(StatusCodes.Status412PreconditionFailed, "version-mismatch", "Changed by somebody else",
            $"If-Match does not name the current version {Format(version)}: read it again, apply your change, and send it with that ETag.");
    }

    private static string Format(long version) => $"\"{version}\"";
}
