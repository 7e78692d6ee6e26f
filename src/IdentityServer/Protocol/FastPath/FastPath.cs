using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Protocol.Authorization;
using UserDomain.IdentityServer.Protocol.Token;
using UserDomain.IdentityServer.Protocol.UserInfo;
using UserDomain.ServiceDefaults.Hosting;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.FastPath;

/// <summary>
/// Answers the plainest requests, which are nearly all there are, before the pipeline of the library sees them (ADR 0028). It never refuses: a request with a parameter,
/// header or setting it does not know, or one that would be refused, it leaves to the pipeline as it came. So a rule has to be known here only if it changes what
/// the plainest requests get.
/// </summary>
internal sealed class FastPath(RequestDelegate next, ClientSnapshots clients, ClientSecrets secrets, UserDomainSettings settings)
{
    private const string IntrospectionPath = "/connect/introspect";

    private readonly bool _https = settings.PublicUrl.Scheme == Uri.UriSchemeHttps;

    public async Task InvokeAsync(HttpContext context)
    {
        if (await AnswerAsync(context) is { } answer)
        {
            await answer.SendAsync(context.Response);
        }
        else
        {
            await next(context);
        }
    }

    private async ValueTask<FastAnswer?> AnswerAsync(HttpContext context)
    {
        if (_https && !context.Request.IsHttps)
        {
            return null;
        }

        return (context.Request.Path.Value, context.Request.Method) switch
        {
            (TokenEndpoint.Path, "POST") => await PlainRequest.ReadAsync(context, clients, secrets) is { } request && await IssueAsync(context, request) is { } issued
                ? new JsonAnswer(issued.Write)
                : null,
            (IntrospectionPath, "POST") => await PlainRequest.ReadAsync(context, clients, secrets) is { } request
                ? await context.RequestServices.GetRequiredService<FastIntrospection>().AnswerAsync(context, request)
                : null,
            (AuthorizationEndpoint.Path, "GET") => await context.RequestServices.GetRequiredService<FastAuthorization>().AnswerAsync(context),
            (UserInfoEndpoint.Path, "GET") => await context.RequestServices.GetRequiredService<FastUserInfo>().AnswerAsync(context),
            _ => null,
        };
    }

    private static async ValueTask<TokenAnswer?> IssueAsync(HttpContext context, PlainRequest request) =>
        request.Sent.GetValueOrDefault(Parameters.GrantType) switch
        {
            GrantTypes.ClientCredentials => await context.RequestServices.GetRequiredService<FastClientCredentials>().AnswerAsync(request, context.RequestAborted),
            GrantTypes.RefreshToken => await context.RequestServices.GetRequiredService<FastGrants>().RefreshAsync(request, context.RequestAborted),
            GrantTypes.AuthorizationCode => await context.RequestServices.GetRequiredService<FastGrants>().ExchangeAsync(request, context.RequestAborted),
            _ => null,
        };
}

/// <summary>Registers the fast path.</summary>
internal static class FastPathRegistration
{
    public static void AddFastPath(this IServiceCollection services)
    {
        services.AddSingleton<TokenWriter>();
        services.AddScoped<FastClientCredentials>();
        services.AddScoped<FastAuthorization>();
        services.AddScoped<FastGrants>();
        services.AddScoped<OpaqueTokens>();
        services.AddSingleton<KnownAccessTokens>();
        services.AddScoped<FastIntrospection>();
        services.AddScoped<FastUserInfo>();
    }

    /// <summary>Adds it; call before authentication, which is where the pipeline begins.</summary>
    public static void UseFastPath(this WebApplication app) => app.UseMiddleware<FastPath>();
}
