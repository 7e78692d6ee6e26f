using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.WebUtilities;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using UserDomain.Contracts;
using UserDomain.IdentityServer.Protocol.Authorization;
using UserDomain.IdentityServer.SignIn;

namespace UserDomain.IdentityServer.Protocol.EndSession;

/// <summary>
/// RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0 section 2). A valid <c>id_token_hint</c> of the signed-in user signs out at
/// once; without one anybody could have made the link, so the person is asked first (SES-04).
/// </summary>
internal static class EndSessionEndpoint
{
    public const string Path = "/connect/logout";
    public const string SignedOutPage = "/account/signed-out";

    public static void MapEndSessionEndpoint(this IEndpointRouteBuilder routes) =>
        routes.MapMethods(Path, [HttpMethods.Get, HttpMethods.Post], SignOut).AllowAnonymous();

    private static async Task<IResult> SignOut(
        HttpContext context, InteractionProtector protector, SignOutService signOut, TimeProvider time, CancellationToken cancellationToken)
    {
        if (context.GetOpenIddictServerResponse() is { Error.Length: > 0 })
        {
            // There is no address the error could be sent to: the person sees it instead.
            return TypedResults.BadRequest();
        }

        var request = context.GetOpenIddictServerRequest()!;
        var session = await CurrentSession.OfAsync(context);
        var hint = (await context.AuthenticateAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme)).Principal;
        var interaction = protector.Read((string?)request[Interaction.Parameter], request.ClientId);

        // Confirmed in this very session: a confirmation made in another browser could otherwise be sent to anybody as a link.
        var confirmed = session is not null && interaction?.Answer == InteractionAnswer.SignOutConfirmed && interaction.SessionId == session.Id;
        if (session is not null && !confirmed && hint?.GetClaim(TokenClaims.SessionId) != session.Id.ToString())
        {
            var resume = protector.Resume(Path, AuthorizationEndpoint.ParametersOf(request), new(request.ClientId, time.GetUtcNow()));
            return new SeeOther(QueryHelpers.AddQueryString("/account/sign-out", "returnUrl", resume));
        }

        if (session is not null)
        {
            await signOut.SignOutAsync(context, session, cancellationToken);
        }

        // A redirect nobody vouched for, by a hint or by confirming, would let any link use us as a springboard.
        return hint is null && !confirmed
            ? new SeeOther(SignedOutPage)
            : TypedResults.SignOut(new AuthenticationProperties { RedirectUri = SignedOutPage }, [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);
    }
}
