using UserDomain.Contracts;
using UserDomain.IdentityStore;
using UserDomain.ServiceDefaults.Hosting;
using UserDomain.SessionApi.Live;
using UserDomain.SessionApi.Revocations;
using UserDomain.SessionApi.Sessions;

namespace UserDomain.SessionApi;

/// <summary>Sessions, and the log of what is revoked.</summary>
public static class SessionApi
{
    /// <summary>The service as hosts see it.</summary>
    public static readonly ServiceDescription Service =
        new(Services.SessionApi, typeof(SessionApi).Assembly, builder => builder.AddSessionApi(), app => app.MapSessionApi());

    /// <summary>Registers the service.</summary>
    public static void AddSessionApi(this WebApplicationBuilder builder)
    {
        builder.AddIdentityStore(Service);
        builder.AddApiDefaults(Api.Sessions, "Sessions");
        builder.Services.AddValidation();
        builder.Services.AddScoped<RevocationLog>();
        builder.Services.AddSingleton<RevocationWatch>();
        builder.Services.AddSingleton<SessionWatch>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<RevocationWatch>());
    }

    /// <summary>Adds its middleware and routes.</summary>
    public static void MapSessionApi(this WebApplication app) => app.MapApi("sessions", routes =>
    {
        routes.MapSessions();
        routes.MapLiveSessions();
        routes.MapRevocations();
    });
}
