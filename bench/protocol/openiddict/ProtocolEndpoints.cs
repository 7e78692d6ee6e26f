using System.Security.Claims;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.OpenIddictPeer;

/// <summary>What OpenIddict leaves to the application: who signs in, and which claims tokens have.</summary>
internal static class ProtocolEndpoints
{
    private const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    public static void MapProtocol(this WebApplication app)
    {
        app.MapGet("/connect/authorize", AuthorizeAsync);
        app.MapPost("/connect/token", ExchangeAsync);
        app.MapGet("/connect/userinfo", ReadUserInfoAsync);
    }

    private static async Task<IResult> AuthorizeAsync(
        HttpContext context, UserManager<IdentityUser> users, IOpenIddictApplicationManager clients, IOpenIddictAuthorizationManager authorizations,
        IOpenIddictScopeManager scopes)
    {
        var request = context.GetOpenIddictServerRequest()!;
        var session = await context.AuthenticateAsync(IdentityConstants.ApplicationScheme);
        if (!session.Succeeded || await users.GetUserAsync(session.Principal) is not { } user)
        {
            return TypedResults.Challenge(new() { RedirectUri = context.Request.Path + context.Request.QueryString }, [IdentityConstants.ApplicationScheme]);
        }

        var client = await clients.GetIdAsync((await clients.FindByClientIdAsync(request.ClientId!))!);
        var identity = await IdentityOfAsync(user, users);
        identity.SetScopes(request.GetScopes());
        identity.SetResources(await scopes.ListResourcesAsync(identity.GetScopes()).ToListAsync());
        var authorization = await authorizations.FindAsync(user.Id, client, Statuses.Valid, AuthorizationTypes.Permanent, request.GetScopes()).LastOrDefaultAsync()
            ?? await authorizations.CreateAsync(identity, user.Id, client!, AuthorizationTypes.Permanent, identity.GetScopes());
        identity.SetAuthorizationId(await authorizations.GetIdAsync(authorization));
        identity.SetDestinations(DestinationsOf);
        return TypedResults.SignIn(new(identity), authenticationScheme: Scheme);
    }

    private static async Task<IResult> ExchangeAsync(HttpContext context, UserManager<IdentityUser> users, SignInManager<IdentityUser> signIn, IOpenIddictScopeManager scopes)
    {
        var request = context.GetOpenIddictServerRequest()!;
        if (request.IsClientCredentialsGrantType())
        {
            var service = NewIdentity().SetClaim(Claims.Subject, request.ClientId);
            service.SetScopes(request.GetScopes());
            service.SetResources(await scopes.ListResourcesAsync(service.GetScopes()).ToListAsync());
            service.SetDestinations(DestinationsOf);
            return TypedResults.SignIn(new(service), authenticationScheme: Scheme);
        }

        var grant = (await context.AuthenticateAsync(Scheme)).Principal!;
        if (await users.FindByIdAsync(grant.GetClaim(Claims.Subject)!) is not { } user || !await signIn.CanSignInAsync(user))
        {
            return TypedResults.Forbid(authenticationSchemes: [Scheme]);
        }

        // What may have changed since the sign-in is read again.
        var identity = new ClaimsIdentity(grant.Claims, TokenValidationParameters.DefaultAuthenticationType, Claims.Name, Claims.Role);
        await FillAsync(identity, user, users);
        identity.SetDestinations(DestinationsOf);
        return TypedResults.SignIn(new(identity), authenticationScheme: Scheme);
    }

    private static async Task<IResult> ReadUserInfoAsync(HttpContext context, UserManager<IdentityUser> users)
    {
        var token = (await context.AuthenticateAsync(Scheme)).Principal!;
        return await users.FindByIdAsync(token.GetClaim(Claims.Subject)!) is not { } user
            ? TypedResults.Forbid(authenticationSchemes: [Scheme])
            : TypedResults.Json(new Dictionary<string, object?>
            {
                [Claims.Subject] = user.Id,
                [Claims.PreferredUsername] = user.UserName,
                [Claims.Email] = user.Email,
                [Claims.EmailVerified] = user.EmailConfirmed,
            });
    }

    private static ClaimsIdentity NewIdentity() => new(TokenValidationParameters.DefaultAuthenticationType, Claims.Name, Claims.Role);

    private static async Task<ClaimsIdentity> IdentityOfAsync(IdentityUser user, UserManager<IdentityUser> users) => await FillAsync(NewIdentity(), user, users);

    private static async Task<ClaimsIdentity> FillAsync(ClaimsIdentity identity, IdentityUser user, UserManager<IdentityUser> users) => identity
        .SetClaim(Claims.Subject, user.Id)
        .SetClaim(Claims.Name, user.UserName)
        .SetClaim(Claims.Email, user.Email)
        .SetClaims(Claims.Role, [.. await users.GetRolesAsync(user)]);

    private static IEnumerable<string> DestinationsOf(Claim claim) => claim.Type switch
    {
        Claims.Name when claim.Subject!.HasScope(Scopes.Profile) => [Destinations.AccessToken, Destinations.IdentityToken],
        Claims.Email when claim.Subject!.HasScope(Scopes.Email) => [Destinations.AccessToken, Destinations.IdentityToken],
        // The stamp ends the cookies of a user whose password was changed; it is a secret.
        "AspNet.Identity.SecurityStamp" => [],
        _ => [Destinations.AccessToken],
    };
}
