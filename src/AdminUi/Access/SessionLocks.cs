using System.Collections.Concurrent;
using System.Security.Cryptography;
using StackExchange.Redis;
using UserDomain.AdminUi.SignIn;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AdminUi.Access;

/// <summary>Lets one request at a time renew a session's tokens.</summary>
internal interface ISessionLock
{
    /// <summary>Waits for the session's lock; disposing gives it back.</summary>
    Task<IAsyncDisposable> AcquireAsync(string handle, CancellationToken cancellationToken);
}

/// <summary>Among the requests of this process.</summary>
internal sealed class ProcessSessionLock : ISessionLock
{
    private readonly ConcurrentDictionary<string, Entry> _entries = new();

    public async Task<IAsyncDisposable> AcquireAsync(string handle, CancellationToken cancellationToken)
    {
        var entry = _entries.AddOrUpdate(handle, _ => new(new(1, 1), 1), (_, known) => known with { Users = known.Users + 1 });
        try
        {
            await entry.Gate.WaitAsync(cancellationToken);
            return new Release(() => Leave(handle, entry.Gate, entered: true));
        }
        catch (OperationCanceledException)
        {
            Leave(handle, entry.Gate, entered: false);
            throw;
        }
    }

    private void Leave(string handle, SemaphoreSlim gate, bool entered)
    {
        if (entered)
        {
            gate.Release();
        }

        var left = _entries.AddOrUpdate(handle, _ => new(gate, 0), (_, known) => known with { Users = known.Users - 1 });
        if (left.Users == 0)
        {
            // Removed only if nobody came meanwhile: the pair must still be the one that counts nobody.
            _entries.TryRemove(new(handle, left));
        }
    }

    private sealed record Entry(SemaphoreSlim Gate, int Users);

    private sealed class Release(Action leave) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            leave();
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>Among all replicas that share a Redis; while that is away, among the requests of this replica, where the gateway keeps a person.</summary>
internal sealed class RedisSessionLock(RedisConnection connection) : ISessionLock
{
    private static readonly TimeSpan HeldAtMost = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(25);
    private readonly ProcessSessionLock _here = new();

    public async Task<IAsyncDisposable> AcquireAsync(string handle, CancellationToken cancellationToken)
    {
        var here = await _here.AcquireAsync(handle, cancellationToken);
        try
        {
            var redis = (await connection.GetAsync()).GetDatabase();
            RedisKey key = "user-domain:console:" + SessionVault.KeyOf("lock", handle);
            RedisValue owner = RandomNumberGenerator.GetHexString(32);
            while (!await redis.LockTakeAsync(key, owner, HeldAtMost))
            {
                await Task.Delay(AskAgainAfter, cancellationToken);
            }

            return new Release(redis, key, owner, here);
        }
        catch (Exception exception) when (RedisConnection.IsAway(exception))
        {
            return here;
        }
        catch
        {
            await here.DisposeAsync();
            throw;
        }
    }

    private sealed class Release(IDatabase redis, RedisKey key, RedisValue owner, IAsyncDisposable here) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await redis.LockReleaseAsync(key, owner);
            }
            catch (Exception exception) when (RedisConnection.IsAway(exception))
            {
                // It ends by itself.
            }

            await here.DisposeAsync();
        }
    }
}
