using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using UserDomain.IdentityServer.Protocol.Discovery;
using UserDomain.ServiceDefaults.Dpop;

namespace UserDomain.IdentityServer.Protocol.CrossOrigin;

/// <summary>
/// Which scripts of other origins may read answers of the protocol (TOK-09): any may read what is published, those of registered
/// applications may get and revoke tokens and ask for UserInfo, the API says itself who may. The authorization endpoint, logout and the pages are not for scripts.
/// </summary>
internal sealed class CrossOriginPolicies(ClientOrigins clients, IOptions<CorsOptions> options) : ICorsPolicyProvider
{
    private static readonly TimeSpan PreflightLifetime = TimeSpan.FromMinutes(10);

    private static readonly CorsPolicy Published = new CorsPolicyBuilder()
        .AllowAnyOrigin().WithMethods(HttpMethods.Get).SetPreflightMaxAge(PreflightLifetime).Build();

    public async Task<CorsPolicy?> GetPolicyAsync(HttpContext context, string? policyName) => context.Request.Path.Value switch
    {
        MetadataPaths.OpenId or MetadataPaths.OAuth or MetadataPaths.Keys => Published,
        "/connect/token" or "/connect/userinfo" or "/connect/revoke" => await OfClientsAsync(context),
        _ when context.Request.Path.StartsWithSegments(Contracts.Api.MetadataRoot) => Published,
        _ when context.Request.Path.StartsWithSegments(ClientApi.ClientApi.Root) => options.Value.GetPolicy(options.Value.DefaultPolicyName),
        _ => null,
    };

    private async Task<CorsPolicy?> OfClientsAsync(HttpContext context)
    {
        // Without an origin, and from an unknown one, the answer is the same for everybody else but closed to scripts.
        var known = context.Request.Headers.Origin is [{ } origin] && await clients.ContainAsync(origin, context.RequestAborted);
        return new CorsPolicyBuilder()
            .SetIsOriginAllowed(_ => known)
            .WithMethods(HttpMethods.Get, HttpMethods.Post)
            .WithHeaders(HeaderNames.Authorization, HeaderNames.ContentType, DpopHeaders.Dpop)
            .WithExposedHeaders(HeaderNames.WWWAuthenticate, HeaderNames.RetryAfter, DpopHeaders.Nonce)
            .SetPreflightMaxAge(PreflightLifetime)
            .Build();
    }
}
