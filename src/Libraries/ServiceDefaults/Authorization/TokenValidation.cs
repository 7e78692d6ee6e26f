using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Dpop;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.ServiceDefaults.Authorization;

/// <summary>Validates access tokens locally, by the keys the issuer publishes (AUZ-02, RFC 9068 section 4).</summary>
public static class TokenValidation
{
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(10);

    /// <summary>Accepts tokens made for one API and nothing else.</summary>
    public static void AddTokenValidation(this WebApplicationBuilder builder, Api api)
    {
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<UserDomainSettings, IssuerKeys, TimeProvider>((options, settings, keys, time) => Configure(options, api, settings, keys, time));
        builder.Services.AddSingleton<IssuerKeys>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<IssuerKeys>());
        builder.Services.AddDpopProofs();
        builder.Services.AddReplayMemory();
        builder.Services.AddScoped<PossessionEvents>();
        builder.Services.AddSingleton<IAuthorizationHandler, AccessRequirementHandler>();
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessRefusals>();
        builder.Services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAssertion(IsNoRoute).Build());
    }

    // A route that names no access is closed. Where there is none, routing answers 404, 405 or 415, and nobody is misled about rights.
    private static bool IsNoRoute(AuthorizationHandlerContext context) =>
        context.Resource is HttpContext http && http.GetEndpoint() is not RouteEndpoint;

    private static void Configure(JwtBearerOptions options, Api api, UserDomainSettings settings, IssuerKeys keys, TimeProvider time)
    {
        options.MapInboundClaims = false;
        options.EventsType = typeof(PossessionEvents);
        options.ConfigurationManager = keys;
        options.TokenValidationParameters = new()
        {
            ValidTypes = ["at+jwt"],
            ValidAlgorithms = ["ES256", "RS256"],
            ValidIssuer = settings.Issuer,
            ValidAudience = api.Audience,
            LifetimeValidator = (notBefore, expires, _, _) => IsAlive(notBefore, expires, time.GetUtcNow().UtcDateTime),
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            NameClaimType = TokenClaims.Subject,
        };
    }

    private static bool IsAlive(DateTime? notBefore, DateTime? expires, DateTime now) =>
        expires > now - ClockSkew && (notBefore is null || notBefore <= now + ClockSkew);
}
