using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using UserDomain.ServiceDefaults.Errors;

namespace UserDomain.ServiceDefaults.Authorization;

/// <summary>Refuses in problem details with the challenge RFC 6750 section 3 asks for.</summary>
internal sealed class BearerRefusals : IAuthorizationMiddlewareResultHandler
{
    private static readonly AuthorizationMiddlewareResultHandler Default = new();

    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (context.GetEndpoint() is not RouteEndpoint)
        {
            // No route, or not by this method: there is nothing to protect, and 403 would look like something hidden.
            await next(context);
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

    private static Task RefuseTokenAsync(HttpContext context)
    {
        var sent = context.Request.Headers.Authorization.Count > 0;
        context.Response.Headers[HeaderNames.WWWAuthenticate] = sent
            ? "Bearer error=\"invalid_token\", error_description=\"The access token is not valid for this API.\""
            : "Bearer";
        return Problem.Create(StatusCodes.Status401Unauthorized, "unauthenticated", "Not authenticated", sent
            ? "The access token is expired, made for another API, or not an access token: get one whose resource is this API."
            : "Send an access token for this API in the Authorization header as 'Bearer'.").ExecuteAsync(context);
    }

    private static Task RefuseAccessAsync(HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult result)
    {
        var required = policy.Requirements.OfType<AccessRequirement>().FirstOrDefault();
        if (required is not null && !Caller.Of(context.User).HasScope(required.Scope))
        {
            context.Response.Headers[HeaderNames.WWWAuthenticate] = $"Bearer error=\"insufficient_scope\", scope=\"{required.Scope}\"";
            return Problem.Create(StatusCodes.Status403Forbidden, "insufficient-scope", "Not allowed", $"The token lacks the scope {required.Scope}.").ExecuteAsync(context);
        }

        context.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer error=\"insufficient_scope\"";
        var reason = result.AuthorizationFailure?.FailureReasons.FirstOrDefault()?.Message ?? "The caller may not do this.";
        return Problem.Create(StatusCodes.Status403Forbidden, "permission-missing", "Not allowed", reason).ExecuteAsync(context);
    }
}
