using Microsoft.EntityFrameworkCore;
using UserDomain.Database;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityStore;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.IdentityServer.Seeding;

/// <summary>Registers what sets the system up at start.</summary>
internal static class SeedingRegistration
{
    private const long LockKey = 0x7564_7365_6564;
    private static readonly TimeSpan LongestSetUp = TimeSpan.FromMinutes(2);

    public static void AddSeeding(this IServiceCollection services)
    {
        services.AddScoped<ClientManager>();
        services.AddScoped<ClientRegistrar>();
        services.AddScoped<BuiltIns>();
        services.AddScoped<SeedApplier>();
        services.AddScoped<FirstAdministrator>();
        services.AddSingleton(new StartupTask("set up", IsMigration: false, SetUpAsync));
    }

    // One transaction and one replica at a time: a seed file with a fault in its last line leaves nothing behind.
    private static async Task SetUpAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var store = services.GetRequiredService<IdentityStoreContext>();
        store.Database.SetCommandTimeout(LongestSetUp);
        await using var transaction = await store.BeginLockedAsync(LockKey, cancellationToken);
        await services.GetRequiredService<BuiltIns>().ApplyAsync(cancellationToken);
        if (services.GetRequiredService<IConfiguration>()[$"{UserDomainSettings.Section}:SeedFile"] is { Length: > 0 } path)
        {
            await services.GetRequiredService<SeedApplier>().ApplyAsync(Path.GetFullPath(path), cancellationToken);
        }

        await services.GetRequiredService<FirstAdministrator>().ApplyAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        store.Database.SetCommandTimeout((int?)null);
    }
}
