using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.ServiceDefaults.Dpop;
using UserDomain.ServiceDefaults.Errors;

namespace UserDomain.ServiceDefaults.Hosting;

/// <summary>What the resource APIs have in common beyond the service defaults.</summary>
public static class ApiDefaults
{
    private const string SecurityScheme = "accessToken";
    private static readonly TimeSpan PreflightLifetime = TimeSpan.FromMinutes(10);

    /// <summary>Registers token validation, the OpenAPI document and what the API says of itself. Each API calls <c>AddValidation</c> itself.</summary>
    public static void AddApiDefaults(this WebApplicationBuilder builder, Api api, string title)
    {
        builder.AddTokenValidation(api);
        builder.Services.AddSingleton(provider => new ResourceMetadata(api, title, provider.GetRequiredService<UserDomainSettings>()));
        builder.Services.AddCors(options => options.AddDefaultPolicy(AllowScripts));
        builder.Services.AddOpenApi(options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.AddDocumentTransformer((document, context, _) =>
            {
                var settings = context.ApplicationServices.GetRequiredService<UserDomainSettings>();
                Describe(document, api, title, settings);
                return Task.CompletedTask;
            });
            options.AddOperationTransformer(Secure);
        });
    }

    /// <summary>Adds the middleware of an API and its routes below <c>/api/v1</c>, its OpenAPI document, its metadata (RFC 9728), and the check that no endpoint is open by mistake.</summary>
    /// <param name="app">The API.</param>
    /// <param name="resource">The path the document is published under, as in <c>roles</c>.</param>
    /// <param name="mapResources">Maps the resources.</param>
    public static void MapApi(this WebApplication app, string resource, Action<IEndpointRouteBuilder> mapResources)
    {
        app.UseStatusCodePages();
        app.UseWebSockets();
        app.UseCors();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapApiRoutes(resource, mapResources);
    }

    /// <summary>The same without the middleware, for a service that is more than an API and has its own.</summary>
    public static void MapApiRoutes(this WebApplication app, string resource, Action<IEndpointRouteBuilder> mapResources)
    {
        var routes = app.MapGroup("/api/v1").RefuseUnreadableParameters();
        mapResources(routes);
        var document = $"/api/v1/{resource}/openapi.json";
        app.MapOpenApi(document).AllowAnonymous();
        app.Services.GetRequiredService<ResourceMetadata>().Map(app, document);
        app.RefuseUnguarded();
    }

    // Nothing a browser adds by itself is taken for who calls: a script of any origin gets as far as its token, and no further.
    private static void AllowScripts(CorsPolicyBuilder policy) => policy
        .AllowAnyOrigin().AllowAnyMethod()
        .WithHeaders(HeaderNames.Authorization, HeaderNames.ContentType, HeaderNames.IfMatch, RequestHeaders.IdempotencyKey, DpopHeaders.Dpop)
        .WithExposedHeaders(HeaderNames.WWWAuthenticate, HeaderNames.ETag, HeaderNames.Location, HeaderNames.RetryAfter, DpopHeaders.Nonce)
        .SetPreflightMaxAge(PreflightLifetime);

    private static void Describe(OpenApiDocument document, Api api, string title, UserDomainSettings settings)
    {
        document.Info = new() { Title = title, Version = "1" };
        document.Servers = [new() { Url = settings.PublicUrl.AbsoluteUri.TrimEnd('/') }];
        document.Components ??= new();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[SecurityScheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.OpenIdConnect,
            OpenIdConnectUrl = new Uri(settings.PublicUrl, ".well-known/openid-configuration"),
            Description = $"An access token whose audience is {api.Audience}.",
        };
    }

    private static Task Secure(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<AccessRequirement>().FirstOrDefault() is { } access)
        {
            operation.Security = [new() { [new OpenApiSecuritySchemeReference(SecurityScheme, context.Document)] = [access.Scope] }];
        }

        return Task.CompletedTask;
    }
}
