using UserDomain.AuditApi.AuditEvents;
using UserDomain.AuditApi.Delivery;
using UserDomain.AuditApi.Erasures;
using UserDomain.AuditApi.Export;
using UserDomain.AuditApi.Heads;
using UserDomain.AuditApi.Kafka;
using UserDomain.AuditApi.Live;
using UserDomain.AuditApi.Reading;
using UserDomain.AuditApi.Search;
using UserDomain.AuditApi.Subjects;
using UserDomain.AuditApi.Verification;
using UserDomain.AuditApi.Webhooks;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AuditApi;

/// <summary>The API of the audit trail: append and read. Nothing in it changes or deletes an event (AUD-02); what it says of persons can be made unreadable for ever (AUD-04).</summary>
public static class AuditApi
{
    /// <summary>The service as a host sees it.</summary>
    public static readonly ServiceDescription Service = new(Services.AuditApi, typeof(AuditApi).Assembly, AddAuditApi, MapAuditApi)
    {
        OfflineCommands = [new(VerifyCommand.Name, VerifyCommand.RunAsync)],
    };

    /// <summary>Registers the service.</summary>
    public static void AddAuditApi(this WebApplicationBuilder builder)
    {
        builder.AddStore<AuditContext, SqliteAuditContext, PostgreSqlAuditContext>(AuditContext.HistoryTable);
        builder.AddApiDefaults(Api.Audit, "User Domain: audit trail");
        builder.Services.AddValidation();
        builder.Services.AddScoped<AuditTrail>();
        builder.Services.AddScoped<SubjectKeys>();
        builder.Services.AddScoped<EventReader>();
        builder.Services.AddSingleton<SearchHashes>();
        builder.Services.AddScoped<SearchIndex>();
        builder.Services.AddScoped<AuditSearch>();
        builder.Services.AddScoped<Erasure>();
        builder.Services.AddSingleton<RecentReadings>();
        builder.Services.AddScoped<ReadingLog>();
        builder.Services.AddScoped<TrailReader>();
        builder.Services.AddSingleton<TrailEnd>();
        builder.Services.AddWebhooks();
        builder.Services.AddKafka(builder.Configuration);
        builder.Services.AddSingleton<HeadKey>();
        builder.Services.AddSingleton<HeadsFile>();
        builder.Services.AddScoped<TrailSeal>();
        builder.Services.AddScoped<TrailVerification>();
        builder.Services.AddHostedService<Sealer>();
        builder.Services.AddSingleton(new OperatorCommand(OperatorCommand.AuditKey, HeadCommands.PrintKeyAsync));
        builder.Services.AddSingleton(new StartupTask("open the key of the audit heads", IsMigration: false, (services, cancellationToken) =>
            services.GetRequiredService<HeadKey>().GetAsync(services.GetRequiredService<AuditContext>(), cancellationToken)));
        builder.Services.AddSingleton(new StartupTask("grow the audit tree", IsMigration: false, (services, cancellationToken) =>
            services.GetRequiredService<AuditTrail>().GrowTreeAsync(cancellationToken)));
    }

    /// <summary>Adds its middleware and endpoints.</summary>
    public static void MapAuditApi(this WebApplication app) => app.MapApi("audit-events", routes =>
    {
        routes.MapAuditEvents();
        routes.MapWebhooks();
        routes.MapWebhookSecrets();
        routes.MapWebhookDeliveries();
    });
}
