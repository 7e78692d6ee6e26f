using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using UserDomain.Contracts;
using UserDomain.RevocationFeed;
using UserDomain.ServiceDefaults.Backchannel;
using UserDomain.ServiceDefaults.Dpop;
using UserDomain.ServiceDefaults.Hosting;
using UserDomain.ServiceDefaults.Live;

namespace UserDomain.ServiceDefaults.Authorization;

/// <summary>Validates access tokens locally, by the keys the issuer publishes (AUZ-02, RFC 9068 section 4).</summary>
public static class TokenValidation
{
    /// <summary>Accepts tokens made for one API and nothing else.</summary>
    public static void AddTokenValidation(this WebApplicationBuilder builder, Api api)
    {
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer().AddRevocationFeed();
        builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<UserDomainSettings, IssuerKeys, RememberedTokens, TimeProvider>((options, settings, keys, remembered, time) => Configure(options, api, settings, keys, remembered, time));
        builder.Services.AddSingleton<IssuerKeys>();
        builder.Services.AddSingleton<RememberedTokens>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<IssuerKeys>());
        builder.Services.AddDpopProofs();
        builder.Services.AddReplayMemory();
        builder.Services.AddScoped<PossessionEvents>();
        builder.Services.AddServiceClient(RevocationFeedOptions.DefaultClient, Scopes.RevocationsRead);
        builder.Services.AddOptions<RevocationFeedOptions>().Configure<UserDomainSettings>((options, settings) => options.Log = new Uri(settings.PublicUrl, "api/v1/revocations"));
        builder.Services.AddSingleton<RevocationGate>();
        builder.Services.AddSingleton<StandingAccess>();
        builder.Services.AddSingleton<LiveFeed>();
        builder.Services.AddSingleton<IAuthorizationHandler, AccessRequirementHandler>();
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessRefusals>();
        builder.Services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAssertion(IsNoRoute).Build());
    }

    // A route that names no access is closed. Where there is none, routing answers 404, 405 or 415, and nobody is misled about rights.
    private static bool IsNoRoute(AuthorizationHandlerContext context) =>
        context.Resource is HttpContext http && http.GetEndpoint() is not RouteEndpoint;

    private static void Configure(JwtBearerOptions options, Api api, UserDomainSettings settings, IssuerKeys keys, RememberedTokens remembered, TimeProvider time)
    {
        options.MapInboundClaims = false;
        options.EventsType = typeof(PossessionEvents);
        options.ConfigurationManager = keys;
        options.TokenHandlers.Clear();
        options.TokenHandlers.Add(remembered);
        options.TokenValidationParameters = new()
        {
            ValidTypes = ["at+jwt"],
            ValidAlgorithms = ["ES256", "RS256"],
            ValidIssuer = settings.Issuer,
            ValidAudience = api.Audience,
            LifetimeValidator = (notBefore, expires, _, _) => TokenLife.Includes(notBefore, expires, time.GetUtcNow()),
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            NameClaimType = TokenClaims.Subject,
        };
    }
}
