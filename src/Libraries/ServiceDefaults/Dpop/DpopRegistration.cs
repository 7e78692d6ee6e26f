using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using UserDomain.ServiceDefaults.Hosting;
using UserDomain.ServiceDefaults.Replays;

namespace UserDomain.ServiceDefaults.Dpop;

/// <summary>Registers what checks proofs.</summary>
public static class DpopRegistration
{
    /// <summary>Proofs, nonces, and the connection a memory may be shared by.</summary>
    public static void AddDpopProofs(this IServiceCollection services)
    {
        services.AddRedis();
        services.TryAddSingleton<DpopNonces>();
        services.TryAddSingleton<DpopProofs>();
        services.TryAddSingleton<ProcessReplayMemory>(provider => new(provider.GetRequiredService<TimeProvider>(), DpopProofs.Memory));
    }

    /// <summary>The memory of an API, unless its service has one already: Redis where there is one, else each replica for itself.</summary>
    public static void AddReplayMemory(this IServiceCollection services) => services.TryAddSingleton<IReplayMemory>(provider =>
    {
        var here = provider.GetRequiredService<ProcessReplayMemory>();
        return provider.GetService<RedisConnection>() is { } redis ? new RedisReplayMemory(redis, here) : here;
    });
}
