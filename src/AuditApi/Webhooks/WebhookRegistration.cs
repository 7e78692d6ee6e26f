using UserDomain.Events;
using UserDomain.ServiceDefaults.Outgoing;

namespace UserDomain.AuditApi.Webhooks;

/// <summary>Registers webhooks.</summary>
internal static class WebhookRegistration
{
    public static void AddWebhooks(this IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.AddSingleton<AuditRecorder>();
        services.AddOutgoing();
        services.AddScoped<WebhookChanges>();
        services.AddScoped<WebhookTurn>();
        services.AddSingleton<WebhookSender>();
        services.AddHostedService<WebhookDispatcher>();
    }
}
