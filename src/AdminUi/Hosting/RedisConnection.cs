using StackExchange.Redis;

namespace UserDomain.AdminUi.Hosting;

/// <summary>The one connection of a replica to Redis. It is made when first needed, comes back by itself, and never keeps a request waiting.</summary>
/// <param name="connectionString">What it says wins over the bounds set here (REL-02).</param>
internal sealed class RedisConnection(string connectionString) : IAsyncDisposable
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

    public async Task<IConnectionMultiplexer> GetAsync() => await _connection.Value;

    public async ValueTask DisposeAsync()
    {
        if (_connection.IsValueCreated)
        {
            await (await _connection.Value).DisposeAsync();
        }
    }
}
