using System.Collections.Concurrent;
using Microsoft.Extensions.Caching.Distributed;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AdminUi.SignIn;

/// <summary>
/// Redis, with what this replica has seen of it kept in memory for the time Redis is away (REL-04). While it is there, it alone is believed: what
/// another replica has removed is gone, and what was removed here meanwhile is removed there first. Who is then unknown here is sent to sign in, which
/// takes no password while their session is open.
/// </summary>
internal sealed class SharedCache(IDistributedCache redis, IDistributedCache memory) : IDistributedCache
{
    private static readonly DistributedCacheEntryOptions AsLongAsIdle = new() { SlidingExpiration = SessionVault.Idle };

    // What Redis is still to be told. It grows only while Redis is away, by what people sign out of here.
    private readonly ConcurrentDictionary<string, bool> _removed = new();

    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default)
    {
        byte[]? value;
        try
        {
            await TellOfRemovedAsync(token);
            value = await redis.GetAsync(key, token);
        }
        catch (Exception exception) when (RedisConnection.IsAway(exception))
        {
            return await memory.GetAsync(key, token);
        }

        await (value is null ? memory.RemoveAsync(key, token) : memory.SetAsync(key, value, AsLongAsIdle, token));
        return value;
    }

    public async Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        await memory.SetAsync(key, value, options, token);
        await IfThereAsync(redis.SetAsync(key, value, options, token));
    }

    public async Task RefreshAsync(string key, CancellationToken token = default)
    {
        await memory.RefreshAsync(key, token);
        await IfThereAsync(redis.RefreshAsync(key, token));
    }

    public async Task RemoveAsync(string key, CancellationToken token = default)
    {
        await memory.RemoveAsync(key, token);
        _removed[key] = true;
        await IfThereAsync(TellOfRemovedAsync(token));
    }

    public byte[]? Get(string key) => throw new NotSupportedException();

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => throw new NotSupportedException();

    public void Refresh(string key) => throw new NotSupportedException();

    public void Remove(string key) => throw new NotSupportedException();

    private async Task TellOfRemovedAsync(CancellationToken token)
    {
        foreach (var (key, _) in _removed)
        {
            await redis.RemoveAsync(key, token);
            _removed.TryRemove(key, out _);
        }
    }

    private static async Task IfThereAsync(Task work)
    {
        try
        {
            await work;
        }
        catch (Exception exception) when (RedisConnection.IsAway(exception))
        {
            // Memory knows.
        }
    }
}
