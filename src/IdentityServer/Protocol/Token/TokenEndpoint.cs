using System.Security.Claims;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using UserDomain.IdentityServer.Protocol.Exchange;
using UserDomain.IdentityServer.Protocol.Subjects;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.Token;

/// <summary>The token endpoint (RFC 6749 section 3.2), after OpenIddict has authenticated the client and validated the grant.</summary>
internal static class TokenEndpoint
{
    public const string Path = "/connect/token";

    public static void MapTokenEndpoint(this IEndpointRouteBuilder routes) => routes.MapPost(Path, Exchange).AllowAnonymous();

    private static Task<IResult> Exchange(HttpContext context, SubjectGate gate, ExchangedTokens exchanged, CancellationToken cancellationToken)
    {
        var request = context.GetOpenIddictServerRequest()!;
        return request.IsClientCredentialsGrantType()
            ? Task.FromResult<IResult>(ForClient(request))
            : request.IsTokenExchangeGrantType()
                ? exchanged.IssueAsync(context, cancellationToken)
                : ForUserAsync(context, gate);
    }

    private static SignInHttpResult ForClient(OpenIddictRequest request)
    {
        var identity = TokenPrincipals.CreateIdentity();
        identity.SetClaim(Claims.Subject, request.ClientId);
        identity.SetScopes(request.GetScopes());
        identity.SetDestinations(TokenPrincipals.Destinations);
        return TypedResults.SignIn(new ClaimsPrincipal(identity), authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
    }

    private static async Task<IResult> ForUserAsync(HttpContext context, SubjectGate gate)
    {
        var grant = (await context.AuthenticateAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme)).Principal!;
        return gate.UserOf(grant) is { } user
            ? TypedResults.SignIn(TokenPrincipals.Renew(grant, user), authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme)
            : TokenPrincipals.Refuse(Errors.InvalidGrant, "The grant is not one of a user.");
    }
}
