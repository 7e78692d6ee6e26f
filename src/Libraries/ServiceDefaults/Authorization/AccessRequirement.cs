using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using UserDomain.Contracts;

namespace UserDomain.ServiceDefaults.Authorization;

/// <summary>
/// What a token must hold to call an endpoint: the scope, and the permission of the same name (AUZ-01). A self-service scope
/// needs no permission, but a person: a service has no profile of its own.
/// </summary>
/// <param name="Scope">One of <see cref="Scopes"/>.</param>
public sealed record AccessRequirement(string Scope) : IAuthorizationRequirement;

/// <summary>Says on an endpoint what it requires.</summary>
public static class AccessRequirementExtensions
{
    /// <summary>Requires a scope and the permission of the same name.</summary>
    public static TBuilder RequireAccess<TBuilder>(this TBuilder builder, string scope)
        where TBuilder : IEndpointConventionBuilder
    {
        var requirement = new AccessRequirement(scope);
        builder.RequireAuthorization(policy => policy.RequireAuthenticatedUser().AddRequirements(requirement));
        return builder.WithMetadata(requirement);
    }
}

internal sealed class AccessRequirementHandler : AuthorizationHandler<AccessRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, AccessRequirement requirement)
    {
        var caller = Caller.Of(context.User);
        var allowed = requirement.Scope == Scopes.ProfileSelf
            ? caller.UserId is not null
            : context.User.HasClaim(TokenClaims.Permissions, requirement.Scope);
        if (!caller.HasScope(requirement.Scope))
        {
            context.Fail(new AuthorizationFailureReason(this, $"The token lacks the scope {requirement.Scope}."));
        }
        else if (!allowed)
        {
            context.Fail(new AuthorizationFailureReason(this, $"The subject lacks the permission {requirement.Scope}."));
        }
        else
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}
