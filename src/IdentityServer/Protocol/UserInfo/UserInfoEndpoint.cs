using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using UserDomain.Contracts;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Protocol.SignedResponses;
using UserDomain.IdentityServer.Protocol.Subjects;
using UserDomain.IdentityStore.Users;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.UserInfo;

/// <summary>The UserInfo endpoint (OpenID Connect Core 1.0 section 5.3): the claims of the granted scopes, and those that were asked for by name, as they are now; signed where the client asked for that.</summary>
internal static class UserInfoEndpoint
{
    public const string Path = "/connect/userinfo";

    public static void MapUserInfoEndpoint(this IEndpointRouteBuilder routes) =>
        routes.MapMethods(Path, [HttpMethods.Get, HttpMethods.Post], Read).AllowAnonymous();

    private static async Task<IResult> Read(HttpContext context, SubjectGate gate, ResponseSigner signer, CancellationToken cancellationToken)
    {
        var token = (await context.AuthenticateAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme)).Principal!;
        if (!token.HasScope(OpenIdScopes.OpenId))
        {
            return TokenPrincipals.Refuse(Errors.InsufficientScope, "The access token lacks the scope openid.");
        }

        if (gate.UserOf(token) is not { } user)
        {
            return TokenPrincipals.Refuse(Errors.InvalidToken, "The access token is not one of a user.");
        }

        // Without exp and iat nobody takes it for an ID token, which says the same of the same person to the same client.
        var client = token.GetClaim(Claims.ClientId)!;
        return await signer.FindKeyAsync(client, ClientSettings.UserInfoAlgorithm, cancellationToken) is { } key
            ? TypedResults.Text(signer.Sign(JsonSerializer.SerializeToNode(ClaimsOf(user, token))!.AsObject(), client, key), "application/jwt")
            : TypedResults.Json(ClaimsOf(user, token));
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
