using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;

namespace UserDomain.RevocationFeed;

/// <summary>Has an API follow the revocation log.</summary>
public static class RevocationFeedRegistration
{
    /// <summary>Why a token is refused that the log names.</summary>
    public const string Refusal = "The access token was revoked.";

    /// <summary>
    /// Follows the log, and refuses what it names in every scheme of <see cref="JwtBearerExtensions"/>. Options with an <see cref="AuthenticationSchemeOptions.EventsType"/>
    /// have to ask <see cref="RevokedTokens"/> there.
    /// </summary>
    /// <param name="authentication">That of the API.</param>
    /// <param name="configure">Says where the log is, unless <see cref="RevocationFeedOptions"/> are configured elsewhere.</param>
    public static AuthenticationBuilder AddRevocationFeed(this AuthenticationBuilder authentication, Action<RevocationFeedOptions>? configure = null)
    {
        authentication.Services.AddOptions<RevocationFeedOptions>().Configure(configure ?? (_ => { })).ValidateDataAnnotations().ValidateOnStart();
        authentication.Services.TryAddSingleton(TimeProvider.System);
        authentication.Services.TryAddSingleton<RevokedTokens>();
        authentication.Services.TryAddSingleton<RevocationLogClient>();
        authentication.Services.AddHostedService<RevocationFollower>();
        authentication.Services.AddSingleton<IPostConfigureOptions<JwtBearerOptions>, RefuseRevoked>();
        return authentication;
    }

    /// <summary>
    /// Answers 503 to whatever a token would change while it is not known what was revoked lately; reads go on. After <c>UseAuthentication</c>, in an API that does not
    /// do so by asking <see cref="RevokedTokens.IsStale"/>.
    /// </summary>
    /// <param name="app">The API.</param>
    public static IApplicationBuilder UseRevocationFeed(this IApplicationBuilder app) => app.Use((context, next) =>
        context.User.Identity is { IsAuthenticated: true } && !IsRead(context.Request.Method) && context.RequestServices.GetRequiredService<RevokedTokens>().IsStale
            ? HoldAsync(context)
            : next(context));

    private static bool IsRead(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private static Task HoldAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "1";
        return TypedResults.Problem(
            "It is not known at the moment which tokens were revoked, so nothing may be changed. Try again.",
            statusCode: StatusCodes.Status503ServiceUnavailable, title: "Not now", type: "urn:user-domain:problem:revocations-unknown").ExecuteAsync(context);
    }

    private sealed class RefuseRevoked(RevokedTokens revoked) : IPostConfigureOptions<JwtBearerOptions>
    {
        public void PostConfigure(string? name, JwtBearerOptions options)
        {
            options.Events ??= new();
            var validated = options.Events.OnTokenValidated;
            options.Events.OnTokenValidated = async context =>
            {
                await revoked.FirstReadOrOverdue;
                if (context.SecurityToken is not JsonWebToken token)
                {
                    context.Fail("Whether the token was revoked can be told of those only that are read as JsonWebToken.");
                    return;
                }

                if (revoked.Include(token))
                {
                    context.Fail(Refusal);
                    return;
                }

                await validated(context);
            };
        }
    }
}
