using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using UserDomain.ServiceDefaults.Dpop;
using UserDomain.ServiceDefaults.Errors;

namespace UserDomain.ServiceDefaults.Authorization;

/// <summary>Refuses in problem details with the challenge RFC 6750 section 3, RFC 9449 section 7.1 and RFC 9728 section 5.1 ask for.</summary>
internal sealed class AccessRefusals(ResourceMetadata metadata, RevocationGate revocations) : IAuthorizationMiddlewareResultHandler
{
    private const string InsufficientScope = "insufficient_scope";

    private static readonly AuthorizationMiddlewareResultHandler Default = new();
    private static readonly DpopRefusal NotForThisApi = new("invalid_token", "The access token is not valid for this API.");

    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (context.GetEndpoint() is not RouteEndpoint)
        {
            // No route, or not by this method: there is nothing to protect, and 403 would look like something hidden.
            await next(context);
        }
        else if (authorizeResult.Succeeded && revocations.Holds(context))
        {
            context.Response.Headers.RetryAfter = "1";
            await AnswerAsync(context, "temporarily_unavailable", StatusCodes.Status503ServiceUnavailable, "revocations-unknown", "Not now",
                "It is not known at the moment which tokens were revoked, so nothing may be changed. Try again.");
        }
        else if (authorizeResult.Succeeded)
        {
            await Default.HandleAsync(next, context, policy, authorizeResult);
        }
        else if (authorizeResult.Challenged)
        {
            await RefuseTokenAsync(context);
        }
        else
        {
            await RefuseAccessAsync(context, policy, authorizeResult);
        }
    }

    private Task RefuseTokenAsync(HttpContext context)
    {
        var why = context.Features.Get<DpopRefusal>();
        var sent = context.Request.Headers.Authorization.Count > 0;
        Challenge(context, sent
            ? TokenScheme.Challenge(why ?? NotForThisApi, TokenScheme.IsDpop(context.Request))
            : ["Bearer", TokenScheme.Dpop]);
        return AnswerAsync(context, why?.Error ?? NotForThisApi.Error, StatusCodes.Status401Unauthorized, "unauthenticated", "Not authenticated", why?.Description ?? (sent
            ? "The access token is expired, made for another API, or not an access token: get one whose resource is this API."
            : "Send an access token for this API in the Authorization header as 'Bearer', or as 'DPoP' if it is bound to a key."));
    }

    private Task RefuseAccessAsync(HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult result)
    {
        var scheme = TokenScheme.IsDpop(context.Request) ? DpopHeaders.Dpop : "Bearer";
        var required = policy.Requirements.OfType<AccessRequirement>().FirstOrDefault();
        if (required is not null && !Caller.Of(context.User).HasScope(required.Scope))
        {
            Challenge(context, $"{scheme} error=\"{InsufficientScope}\", scope=\"{required.Scope}\"");
            return AnswerAsync(context, InsufficientScope, StatusCodes.Status403Forbidden, "insufficient-scope", "Not allowed", $"The token lacks the scope {required.Scope}.");
        }

        Challenge(context, $"{scheme} error=\"{InsufficientScope}\"");
        var reason = result.AuthorizationFailure?.FailureReasons.FirstOrDefault()?.Message ?? "The caller may not do this.";
        return AnswerAsync(context, InsufficientScope, StatusCodes.Status403Forbidden, "permission-missing", "Not allowed", reason);
    }

    private static Task AnswerAsync(HttpContext context, string error, int status, string name, string title, string detail) =>
        context.GetEndpoint()!.Metadata.GetMetadata<OAuthErrors>() is null
            ? Problem.Create(status, name, title, detail).ExecuteAsync(context)
            : TypedResults.Json(new { error, error_description = detail.Replace('"', '\'') }, statusCode: status).ExecuteAsync(context);

    private void Challenge(HttpContext context, params string[] challenges)
    {
        var parameter = metadata.Parameter(context.Request);
        context.Response.Headers[HeaderNames.WWWAuthenticate] = parameter is null
            ? challenges
            : [.. challenges.Select(challenge => $"{challenge}{(challenge.Contains(' ') ? "," : "")} {parameter}")];
    }
}
