using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Events;
using UserDomain.IdentityStore.OneTimeCodes;
using UserDomain.IdentityStore.Roles;
using UserDomain.IdentityStore.Sessions;
using UserDomain.IdentityStore.Users;
using UserDomain.ServiceDefaults.Backchannel;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.IdentityStore;

/// <summary>Registers the store.</summary>
public static class IdentityStoreRegistration
{
    /// <summary>Adds the store, its migrations, what works on it, and the delivery of its events.</summary>
    public static void AddIdentityStore(this WebApplicationBuilder builder, ServiceDescription service)
    {
        builder.AddStore<IdentityStoreContext, SqliteIdentityStoreContext, PostgreSqlIdentityStoreContext>(IdentityStoreContext.HistoryTable);

        // Where all services share a process they share the outbox as well: one relay is enough.
        var alone = builder.Services.All(descriptor => descriptor.ServiceType != typeof(BackchannelTransport));
        builder.AddEvents<IdentityStoreContext>(deliver: alone || service.Name == Services.IdentityServer);
        builder.Services.AddSingleton<SessionLimits>();
        builder.Services.AddScoped<SessionOpener>();
        builder.Services.AddScoped<LogoutNotices>();
        builder.Services.AddScoped<SessionCloser>();
        builder.Services.AddScoped<EffectivePermissions>();
        builder.Services.AddScoped<Administrators>();
        builder.Services.AddSingleton<ILookupNormalizer, CanonicalForm>();
        builder.Services.AddScoped<OneTimeCodeStore>();
    }
}
