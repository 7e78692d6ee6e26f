using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using UserDomain.ServiceDefaults.Hosting;

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
        services.TryAddSingleton<ProcessProofMemory>(provider => new(provider.GetRequiredService<TimeProvider>()));
    }

    /// <summary>The memory of an API, unless its service has one already: Redis where there is one, else each replica for itself.</summary>
    public static void AddProofMemory(this IServiceCollection services) => services.TryAddSingleton<IProofMemory>(provider =>
    {
        var here = provider.GetRequiredService<ProcessProofMemory>();
        return provider.GetService<RedisConnection>() is { } redis ? new RedisProofMemory(redis, here) : here;
    });
}
