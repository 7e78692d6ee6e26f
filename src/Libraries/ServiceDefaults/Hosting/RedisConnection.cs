using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using StackExchange.Redis;

namespace UserDomain.ServiceDefaults.Hosting;

/// <summary>The one connection of a replica to Redis. It is made when first needed, comes back by itself, and never keeps a request waiting.</summary>
/// <param name="connectionString">What it says wins over the bounds set here (REL-02).</param>
public sealed class RedisConnection(string connectionString) : IAsyncDisposable
{
    private const string Bounds = "abortConnect=false,connectTimeout=1000,syncTimeout=200,asyncTimeout=200,";

    private readonly Lazy<Task<ConnectionMultiplexer>> _connection = new(() =>
    {
        var options = ConfigurationOptions.Parse(Bounds + connectionString);
        options.BacklogPolicy = BacklogPolicy.FailFast;
        return ConnectionMultiplexer.ConnectAsync(options);
    });

    /// <summary>Whether a failure means no more than that Redis cannot be reached.</summary>
    public static bool IsAway(Exception exception) => exception is RedisException or TimeoutException;

    /// <summary>The connection, made if need be.</summary>
    public async Task<IConnectionMultiplexer> GetAsync() => await _connection.Value;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_connection.IsValueCreated)
        {
            await (await _connection.Value).DisposeAsync();
        }
    }
}

/// <summary>Registers the connection.</summary>
public static class RedisRegistration
{
    /// <summary>Makes <see cref="RedisConnection"/> known where the settings name a Redis; nothing is known otherwise.</summary>
    public static void AddRedis(this IServiceCollection services)
    {
        if (services.GetSettings().RedisConnectionString is { } connectionString)
        {
            services.TryAddSingleton(_ => new RedisConnection(connectionString));
        }
    }
}
