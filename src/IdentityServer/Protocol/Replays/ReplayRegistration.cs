using UserDomain.ServiceDefaults.Hosting;
using UserDomain.ServiceDefaults.Replays;

namespace UserDomain.IdentityServer.Protocol.Replays;

/// <summary>Registers what remembers proofs and assertions at the server: Redis where there is one, else the database.</summary>
internal static class ReplayRegistration
{
    public static void AddReplays(this IServiceCollection services)
    {
        services.AddScoped<StoreReplayMemory>();
        services.AddScoped<IReplayMemory>(provider =>
        {
            var store = provider.GetRequiredService<StoreReplayMemory>();
            return provider.GetService<RedisConnection>() is { } redis ? new RedisReplayMemory(redis, store) : store;
        });
    }
}
