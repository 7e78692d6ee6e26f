using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.WebUtilities;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using UserDomain.Contracts;
using UserDomain.IdentityServer.Protocol.Authorization;
using UserDomain.IdentityServer.Protocol.Interactions;
using UserDomain.IdentityServer.SignIn;
using UserDomain.IdentityStore.Interactions;
using static OpenIddict.Abstractions.OpenIddictConstants;

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
        HttpContext context, InteractionStore interactions, SignOutService signOut, CancellationToken cancellationToken)
    {
        if (context.GetOpenIddictServerResponse() is { Error.Length: > 0 })
        {
            // There is no address the error could be sent to: the person sees it instead.
            return TypedResults.BadRequest();
        }

        var request = context.GetOpenIddictServerRequest()!;
        var session = await CurrentSession.OfAsync(context);
        var hint = (await context.AuthenticateAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme)).Principal;
        var interaction = context.Features.Get<Interaction>() is { } resumed && interactions.IsCurrent(resumed) ? resumed : null;

        // Confirmed in this very session: a confirmation made in another browser could otherwise be sent to anybody as a link.
        var confirmed = session is not null && interaction?.AnswerIn(session.Id) == InteractionAnswer.SignOutConfirmed;
        if (session is not null && !confirmed && hint?.GetClaim(TokenClaims.SessionId) != session.Id.ToString())
        {
            interaction ??= await interactions.BeginAsync(Path, AuthorizationEndpoint.ParametersOf(request), cancellationToken);
            return new SeeOther(QueryHelpers.AddQueryString("/account/sign-out", "returnUrl", interaction.Url));
        }

        if (session is not null)
        {
            await signOut.SignOutAsync(context, session, cancellationToken);
        }

        if (interaction is not null)
        {
            await interactions.FinishAsync(interaction, cancellationToken);
        }

        var signedOut = request.UiLocales is { Length: > 0 } asked ? QueryHelpers.AddQueryString(SignedOutPage, Parameters.UiLocales, asked) : SignedOutPage;

        // A redirect nobody vouched for, by a hint or by confirming, would let any link use us as a springboard.
        return hint is null && !confirmed
            ? new SeeOther(signedOut)
            : TypedResults.SignOut(new AuthenticationProperties { RedirectUri = signedOut }, [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);
    }
}
