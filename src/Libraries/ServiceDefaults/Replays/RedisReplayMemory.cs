using StackExchange.Redis;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.ServiceDefaults.Replays;

/// <summary>Remembers for all replicas that share a Redis, and elsewhere while that is away (REL-04).</summary>
/// <param name="connection">Redis.</param>
/// <param name="whileAway">What remembers meanwhile.</param>
public sealed class RedisReplayMemory(RedisConnection connection, IReplayMemory whileAway) : IReplayMemory
{
    /// <inheritdoc />
    public async ValueTask<bool> TakeAsync(string id, TimeSpan memory, CancellationToken cancellationToken)
    {
        try
        {
            var redis = (await connection.GetAsync()).GetDatabase();
            return await redis.StringSetAsync("user-domain:used:" + id, RedisValue.EmptyString, memory, When.NotExists);
        }
        catch (Exception exception) when (RedisConnection.IsAway(exception))
        {
            return await whileAway.TakeAsync(id, memory, cancellationToken);
        }
    }
}
