using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using UserDomain.ServiceDefaults.Backchannel;
using UserDomain.ServiceDefaults.Errors;
using UserDomain.ServiceDefaults.Lists;
using UserDomain.ServiceDefaults.Mtls;
using UserDomain.ServiceDefaults.Secrets;

namespace UserDomain.ServiceDefaults.Hosting;

/// <summary>What all six services have in common.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Registers settings, secrets, errors, health and calls to other services. The all-in-one host shares its settings and key.</summary>
    public static void AddServiceDefaults(this WebApplicationBuilder builder, ServiceDescription service)
    {
        var services = builder.Services;
        if (!services.Any(descriptor => descriptor.ServiceType == typeof(UserDomainSettings)))
        {
            var settings = UserDomainSettings.Read(builder.Configuration);
            services.AddSingleton(settings);
            services.AddSingleton(KeyEncryptionKey.Load(settings, mayCreate: false));
        }

        services.AddSingleton(service);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<StartupNotices>();
        services.AddDerivedKeyRing();
        services.AddBackchannel();
        services.AddSingleton<CursorCodec>();
        services.AddProblems();
        services.AddHealthChecks();
        services.ConfigureHttpJsonOptions(options => ApiJson.Configure(options.SerializerOptions));
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
    }

    /// <summary>The settings, while services are still being registered.</summary>
    public static UserDomainSettings GetSettings(this IServiceCollection services) =>
        services.Select(descriptor => descriptor.ImplementationInstance).OfType<UserDomainSettings>().First();

    /// <summary>Adds the middleware every request passes first, and the health endpoints.</summary>
    public static void UseServiceDefaults(this WebApplication app)
    {
        var settings = app.Services.GetRequiredService<UserDomainSettings>();
        app.UseMiddleware<SecurityHeaders>();

        // Before it is forgotten which machine has sent the request.
        app.UseMiddleware<ClientCertificates>();
        UseForwardedAddress(app, settings);
        app.UseExceptionHandler();
        app.UseMiddleware<PublicOrigin>();
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready").AllowAnonymous();
    }

    private static void UseForwardedAddress(WebApplication app, UserDomainSettings settings)
    {
        if (settings.KnownProxies.Count == 0)
        {
            return;
        }

        // Scheme and host never come from a header: PublicOrigin sets them from the settings (TOK-08).
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in settings.KnownProxies)
        {
            options.KnownIPNetworks.Add(network);
        }

        app.UseForwardedHeaders(options);
    }
}

/// <summary>How the APIs read and write JSON: strict on what they take (AUZ-05, API-01), camelCase on what they give.</summary>
public static class ApiJson
{
    /// <summary>For code that reads or writes the same JSON outside of an endpoint.</summary>
    public static readonly JsonSerializerOptions Options = Create();

    internal static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.MaxDepth = 16;
        options.RespectNullableAnnotations = true;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false));
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Configure(options);
        return options;
    }
}
