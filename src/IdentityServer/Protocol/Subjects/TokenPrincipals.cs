using System.Collections.Immutable;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using UserDomain.Contracts;
using UserDomain.IdentityServer.Protocol.Authorization;
using UserDomain.IdentityServer.Protocol.Token;
using UserDomain.IdentityServer.Protocol.UserInfo;
using UserDomain.IdentityServer.SignIn;
using UserDomain.IdentityStore.Users;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.Subjects;

/// <summary>Makes what tokens are made from, and says which claim goes into which token.</summary>
internal static class TokenPrincipals
{
    // Where a grant keeps which claims its ID tokens were asked for.
    private const string IdTokenClaims = "id_token_claims";

    public static ClaimsIdentity CreateIdentity() =>
        new(TokenValidationParameters.DefaultAuthenticationType, Claims.Name, Claims.Role);

    /// <summary>The principal of a new grant.</summary>
    public static ClaimsPrincipal Create(CurrentSession session, Guid grant, ImmutableArray<string> scopes, ImmutableArray<string> resources)
    {
        var identity = CreateIdentity();
        identity.SetClaim(Claims.Subject, session.UserId.ToString());
        identity.SetClaim(TokenClaims.SessionId, session.Id.ToString());
        identity.SetClaim(Claims.AuthenticationTime, session.AuthenticatedAt.ToUnixTimeSeconds());
        identity.SetClaim(Claims.AuthenticationContextReference, AuthenticationClasses.Of(session.Methods));
        identity.SetClaims(Claims.AuthenticationMethodReference, [.. session.Methods]);
        identity.SetClaims(AccessTokenAudience.ResourceClaim, resources);
        identity.SetClaim(TokenClaims.Version, session.UserVersion);
        identity.SetScopes(scopes);
        identity.SetAuthorizationId(grant.ToString());
        identity.SetDestinations(Destinations);
        return new(identity);
    }

    /// <summary>The principal of a grant at its exchange or refresh, brought up to date.</summary>
    public static ClaimsPrincipal Renew(ClaimsPrincipal grant, User user)
    {
        var identity = new ClaimsIdentity(grant.Claims, TokenValidationParameters.DefaultAuthenticationType, Claims.Name, Claims.Role);
        identity.SetClaim(TokenClaims.Version, user.Version);
        var asked = grant.GetClaims(IdTokenClaims);
        foreach (var (name, value) in UserClaims.Of(user, [], asked))
        {
            identity.SetClaim(name, JsonSerializer.SerializeToElement(value));
        }

        identity.SetDestinations(Destinations);
        return new(identity);
    }

    /// <summary>Notes which claims were asked for by name.</summary>
    public static void AskFor(ClaimsPrincipal principal, ClaimsRequest asked)
    {
        principal.SetClaims(IdTokenClaims, asked.IdToken);
        principal.SetClaims(TokenClaims.UserInfoClaims, asked.UserInfo);
        principal.SetDestinations(Destinations);
    }

    /// <summary>Refuses in the way of the endpoint: JSON at the token endpoint, a redirect at the authorization endpoint.</summary>
    public static IResult Refuse(string error, string description) => TypedResults.Forbid(
        new AuthenticationProperties(new Dictionary<string, string?>
        {
            [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
            [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = description,
        }),
        [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);

    /// <summary>A claim that is named nowhere here stays on the server.</summary>
    public static IEnumerable<string> Destinations(Claim claim) => claim.Type switch
    {
        Claims.Subject or TokenClaims.SessionId or Claims.AuthenticationTime or Claims.AuthenticationContextReference or Claims.AuthenticationMethodReference =>
            [OpenIddictConstants.Destinations.AccessToken, OpenIddictConstants.Destinations.IdentityToken],
        TokenClaims.Version or TokenClaims.UserInfoClaims or TokenClaims.Actor => [OpenIddictConstants.Destinations.AccessToken],
        _ when UserClaims.ScopeOf(claim.Type) is not null => [OpenIddictConstants.Destinations.IdentityToken],
        _ => [],
    };
}
