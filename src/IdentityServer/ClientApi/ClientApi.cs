using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.IdentityServer.ClientApi;

/// <summary>The API for clients. It is part of this service because no other one may change them.</summary>
internal static class ClientApi
{
    public const string Root = "/api";

    // What the library that makes the OpenAPI document calls the only one there is.
    private const string Document = "v1";

    /// <summary>Registers the API; the memory of proofs is that of the server.</summary>
    public static void AddClientApi(this WebApplicationBuilder builder)
    {
        builder.AddApiDefaults(Api.Clients, "Clients");
        builder.Services.AddValidation();
        builder.Services.AddScoped<ClientRights>();
        builder.Services.AddScoped<ClientAccess>();
        builder.Services.AddScoped<ClientChanges>();
        builder.Services.AddScoped<ClientEditor>();

        // Tokens are looked for where an endpoint of the API is called, and not at each request of a client or a page.
        builder.Services.Configure<AuthenticationOptions>(options => options.DefaultScheme = null);
        // Pages and their files are open. That no endpoint of the API lacks a word on access is looked at when it is mapped.
        builder.Services.Configure<AuthorizationOptions>(options => options.FallbackPolicy = null);
        builder.Services.Configure<OpenApiOptions>(Document, options =>
            options.ShouldInclude = description => description.RelativePath?.StartsWith(Root[1..], StringComparison.Ordinal) == true);
    }

    /// <summary>Answers in problem details where an API was asked.</summary>
    public static void UseClientApiProblems(this WebApplication app) =>
        app.UseWhen(context => context.Request.Path.StartsWithSegments(Root), api => api.UseStatusCodePages());

    /// <summary>Adds the routes. Call before pages and files are mapped.</summary>
    public static void MapClientApi(this WebApplication app) => app.MapApiRoutes("clients", routes =>
    {
        var api = routes.MapGroup("").RequireAuthorization(policy => policy.AddAuthenticationSchemes(JwtBearerDefaults.AuthenticationScheme).RequireAuthenticatedUser());
        api.MapClients();
        api.MapClientActions();
        api.MapClientSecrets();
    });
}
