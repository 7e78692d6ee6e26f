using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using UserDomain.Contracts;
using UserDomain.IdentityServer.Protocol.Subjects;
using UserDomain.IdentityStore.Users;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.UserInfo;

/// <summary>The UserInfo endpoint (OpenID Connect Core 1.0 section 5.3): the claims of the granted scopes, and those that were asked for by name, as they are now.</summary>
internal static class UserInfoEndpoint
{
    public static void MapUserInfoEndpoint(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/connect/userinfo", [HttpMethods.Get, HttpMethods.Post], Read).AllowAnonymous();

    private static async Task<IResult> Read(HttpContext context, SubjectGate gate)
    {
        var token = (await context.AuthenticateAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme)).Principal!;
        if (!token.HasScope(OpenIdScopes.OpenId))
        {
            return TokenPrincipals.Refuse(Errors.InsufficientScope, "The access token lacks the scope openid.");
        }

        return gate.UserOf(token) is { } user
            ? TypedResults.Json(ClaimsOf(user, token))
            : TokenPrincipals.Refuse(Errors.InvalidToken, "The access token is not one of a user.");
    }

    private static Dictionary<string, object> ClaimsOf(User user, ClaimsPrincipal token)
    {
        var claims = new Dictionary<string, object> { [Claims.Subject] = user.Id.ToString() };
        foreach (var (name, value) in UserClaims.Of(user, token.GetScopes(), token.GetClaims(TokenClaims.UserInfoClaims)))
        {
            claims[name] = value;
        }

        return claims;
    }
}
