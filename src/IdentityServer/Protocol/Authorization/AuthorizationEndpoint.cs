using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using UserDomain.IdentityServer.Pages;
using UserDomain.IdentityServer.Protocol.Dpop;
using UserDomain.IdentityServer.Protocol.Interactions;
using UserDomain.IdentityServer.Protocol.Subjects;
using UserDomain.IdentityServer.Protocol.TokenStorage;
using UserDomain.IdentityServer.SignIn;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.Authorization;

/// <summary>
/// The authorization endpoint (OpenID Connect Core 1.0 section 3.1.2), after OpenIddict has validated client, redirect URI, PKCE and
/// scopes. It asks the interaction policy what is missing, sends the person to that page, and issues a code when nothing is.
/// </summary>
internal static class AuthorizationEndpoint
{
    public const string Path = "/connect/authorize";

    public static void MapAuthorizationEndpoint(this IEndpointRouteBuilder routes) =>
        routes.MapMethods(Path, [HttpMethods.Get, HttpMethods.Post], Authorize).AllowAnonymous();

    private static async Task<IResult> Authorize(
        HttpContext context, InteractionPolicy policy, InteractionStore interactions, GrantStore grants, TokenRows rows, CancellationToken cancellationToken)
    {
        if (context.GetOpenIddictServerResponse() is { Error.Length: > 0 })
        {
            // There is no address the error could safely be sent to: the person sees it instead (RFC 6749 section 4.1.2.1).
            return TypedResults.BadRequest();
        }

        var request = context.GetOpenIddictServerRequest()!;
        var session = await CurrentSession.OfAsync(context);
        var hint = (await context.AuthenticateAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme)).Principal?.GetClaim(Claims.Subject);
        var interaction = context.Features.Get<Interaction>() is { } resumed && interactions.IsCurrent(resumed) ? resumed : null;
        var client = await grants.FindClientAsync(request.ClientId!, cancellationToken);

        return await policy.DecideAsync(request, session, hint, interaction, client, cancellationToken) switch
        {
            Decision.Refuse refuse => await RefuseAsync(refuse),
            Decision.SignIn => await GoToAsync(AccountPages.SignIn),
            Decision.ChooseAccount => await GoToAsync(AccountPages.ChooseAccount),
            Decision.Consent => await GoToAsync(AccountPages.Consent),
            _ => Issue(),
        };

        async Task<IResult> GoToAsync(string page)
        {
            interaction ??= await interactions.BeginAsync(Path, WithPushed(request, context), cancellationToken);
            return new SeeOther(QueryHelpers.AddQueryString(page, "returnUrl", interaction.Url));
        }

        async Task<IResult> RefuseAsync(Decision.Refuse refuse)
        {
            if (interaction is not null)
            {
                await interactions.FinishAsync(interaction, cancellationToken);
            }

            return TokenPrincipals.Refuse(refuse.Error, refuse.Description);
        }

        SignInHttpResult Issue()
        {
            if (interaction is not null)
            {
                interactions.Finish(interaction);
            }

            var grant = grants.Create(client, session!, request.GetScopes(), grants.NewId());
            rows.Begin(grant);
            var principal = TokenPrincipals.Create(session!, grant.Id, request.GetScopes(), request.GetResources());
            principal.SetClaim(BindCode.Parameter, (string?)request[BindCode.Parameter]);
            TokenPrincipals.AskFor(principal, ClaimsRequest.Read((string?)request[Parameters.Claims])!.For(client));
            return TypedResults.SignIn(principal, authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
        }
    }

    /// <summary>The parameters of a request, wherever they came from.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> ParametersOf(OpenIddictRequest request) =>
        from parameter in request.GetParameters()
        from value in (System.Collections.Immutable.ImmutableArray<string?>?)parameter.Value ?? []
        select new KeyValuePair<string, string?>(parameter.Key, value);

    // The pages show what was pushed; the server goes by the pushed request itself, whose name is not among what it says.
    private static IEnumerable<KeyValuePair<string, string?>> WithPushed(OpenIddictRequest request, HttpContext context)
    {
        var pushed = context.Request.SentParameter(Parameters.RequestUri) ?? context.Features.Get<Interaction>()?[Parameters.RequestUri];
        var parameters = ParametersOf(request).Where(pair => pair.Key != Parameters.RequestUri);
        return pushed is null ? parameters : parameters.Append(new(Parameters.RequestUri, pushed));
    }
}

/// <summary>A redirect that is always followed by GET, so that no form is posted on (TOK-09, RFC 9700 section 4.12).</summary>
internal sealed class SeeOther(string url) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = url;
        return Task.CompletedTask;
    }
}
