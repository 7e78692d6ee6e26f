using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using UserDomain.IdentityServer.Protocol.Dpop;
using UserDomain.IdentityServer.Protocol.Subjects;
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
        HttpContext context, InteractionPolicy policy, InteractionProtector protector, GrantStore grants, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (context.GetOpenIddictServerResponse() is { Error.Length: > 0 })
        {
            // There is no address the error could safely be sent to: the person sees it instead (RFC 6749 section 4.1.2.1).
            return TypedResults.BadRequest();
        }

        var request = context.GetOpenIddictServerRequest()!;
        var session = await CurrentSession.OfAsync(context);
        var hint = (await context.AuthenticateAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme)).Principal?.GetClaim(Claims.Subject);
        var interaction = protector.ReadFrom(context.Request);
        var pushed = context.Request.SentParameter(Parameters.RequestUri);
        var client = await grants.FindClientAsync(request.ClientId!, cancellationToken);

        return await policy.DecideAsync(request, session, hint, interaction, client, cancellationToken) switch
        {
            Decision.Refuse refuse => TokenPrincipals.Refuse(refuse.Error, refuse.Description),
            Decision.SignIn => GoTo("/account/sign-in"),
            Decision.Consent => GoTo("/account/consent"),
            _ => Issue(),
        };

        IResult GoTo(string page)
        {
            // The pages show what was pushed; the server goes by the request itself.
            var parameters = ParametersOf(request).Where(pair => pair.Key != Parameters.RequestUri);
            var resume = protector.Resume(Path, pushed is null ? parameters : parameters.Append(new(Parameters.RequestUri, pushed)),
                interaction ?? new(request.ClientId, time.GetUtcNow(), RequestUri: pushed));
            return new SeeOther(QueryHelpers.AddQueryString(page, "returnUrl", resume));
        }

        SignInHttpResult Issue()
        {
            var grant = grants.Create(client, session!, request.GetScopes());
            var principal = TokenPrincipals.Create(session!, grant, request.GetScopes(), request.GetResources());
            principal.SetClaim(BindCode.Parameter, (string?)request[BindCode.Parameter]);
            return TypedResults.SignIn(principal, authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
        }
    }

    /// <summary>The parameters of a request as a query, wherever they came from: a form that was posted goes on as a query.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> ParametersOf(OpenIddictRequest request) =>
        from parameter in request.GetParameters()
        from value in (System.Collections.Immutable.ImmutableArray<string?>?)parameter.Value ?? []
        select new KeyValuePair<string, string?>(parameter.Key, value);
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
