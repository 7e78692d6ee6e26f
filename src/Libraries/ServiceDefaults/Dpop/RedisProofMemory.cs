using StackExchange.Redis;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.ServiceDefaults.Dpop;

/// <summary>Remembers proofs for all replicas that share a Redis, and elsewhere while that is away (REL-04).</summary>
/// <param name="connection">Redis.</param>
/// <param name="whileAway">What remembers meanwhile.</param>
public sealed class RedisProofMemory(RedisConnection connection, IProofMemory whileAway) : IProofMemory
{
    /// <inheritdoc />
    public async ValueTask<bool> TakeAsync(DpopProof proof, CancellationToken cancellationToken)
    {
        try
        {
            var redis = (await connection.GetAsync()).GetDatabase();
            return await redis.StringSetAsync("user-domain:dpop:" + proof.Id, RedisValue.EmptyString, DpopProofs.Memory, When.NotExists);
        }
        catch (Exception exception) when (RedisConnection.IsAway(exception))
        {
            return await whileAway.TakeAsync(proof, cancellationToken);
        }
    }
}
