using Microsoft.AspNetCore.Authentication;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using UserDomain.IdentityServer.Protocol.Subjects;
using UserDomain.IdentityStore.Users;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.UserInfo;

/// <summary>The UserInfo endpoint (OpenID Connect Core 1.0 section 5.3): the claims of the granted scopes, as they are now.</summary>
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

        return gate.UserOf(token) is { } user ? TypedResults.Json(ClaimsOf(user, token)) : TokenPrincipals.Refuse(Errors.InvalidToken, "The access token is not one of a user.");
    }

    private static Dictionary<string, object> ClaimsOf(User user, System.Security.Claims.ClaimsPrincipal token)
    {
        var claims = new Dictionary<string, object> { [Claims.Subject] = user.Id.ToString() };
        if (token.HasScope(OpenIdScopes.Profile))
        {
            Add(Claims.Name, user.DisplayName ?? user.UserName);
            Add(Claims.GivenName, user.GivenName);
            Add(Claims.FamilyName, user.FamilyName);
            Add(Claims.PreferredUsername, user.UserName);
            Add(Claims.Locale, user.Locale);
            Add(Claims.Zoneinfo, user.ZoneInfo);
            claims[Claims.UpdatedAt] = user.UpdatedAt.ToUnixTimeSeconds();
        }

        if (token.HasScope(OpenIdScopes.Email) && user.Email is not null)
        {
            claims[Claims.Email] = user.Email;
            claims[Claims.EmailVerified] = user.EmailConfirmed;
        }

        return claims;

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                claims[name] = value;
            }
        }
    }
}
