using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Backchannel;

namespace UserDomain.Events;

/// <summary>Registers what writes and delivers events.</summary>
public static class EventsRegistration
{
    internal const string AuditClient = "audit-trail";

    /// <summary>Adds the recorder, and the relay of the store's outbox.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="deliver">False where another service of the same process already delivers this outbox.</param>
    /// <typeparam name="TContext">A store whose model has an outbox and leases.</typeparam>
    public static void AddEvents<TContext>(this WebApplicationBuilder builder, bool deliver)
        where TContext : DbContext
    {
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddSingleton<AuditRecorder>();
        if (deliver)
        {
            builder.Services.AddServiceClient(AuditClient, Scopes.AuditWrite);
            builder.Services.AddHostedService<OutboxRelay<TContext>>();
        }
    }
}
