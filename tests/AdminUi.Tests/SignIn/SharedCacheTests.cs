using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using UserDomain.AdminUi.SignIn;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AdminUi.Tests.SignIn;

/// <summary>What two replicas know of a console session while Redis comes and goes.</summary>
public sealed class SharedCacheTests : IAsyncLifetime
{
    private static readonly DistributedCacheEntryOptions Long = new() { SlidingExpiration = TimeSpan.FromMinutes(5) };
    private readonly RedisServer _server = new();
    private readonly List<RedisConnection> _connections = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _server.StartAsync(Cancellation);

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }

        await _server.DisposeAsync();
    }

    [Fact]
    public async Task REL_04_What_a_replica_has_seen_it_knows_while_Redis_is_away()
    {
        var (one, other) = (Replica(), Replica());
        await one.SetAsync("session", [1], Long, Cancellation);

        await _server.StopAsync();

        Assert.Equal([1], await one.GetAsync("session", Cancellation));
        Assert.Null(await other.GetAsync("session", Cancellation));
    }

    [Fact]
    public async Task What_another_replica_has_removed_is_gone()
    {
        var (one, other) = (Replica(), Replica());
        await one.SetAsync("session", [1], Long, Cancellation);

        await other.RemoveAsync("session", Cancellation);

        Assert.Null(await one.GetAsync("session", Cancellation));
        await _server.StopAsync();
        Assert.Null(await one.GetAsync("session", Cancellation));
    }

    [Fact]
    public async Task SES_01_What_was_removed_while_Redis_was_away_does_not_come_back_with_it()
    {
        var (one, other) = (Replica(), Replica());
        await one.SetAsync("session", [1], Long, Cancellation);
        Assert.Equal([1], await other.GetAsync("session", Cancellation));
        await _server.StopAsync();

        await one.RemoveAsync("session", Cancellation);
        Assert.Null(await one.GetAsync("session", Cancellation));
        await StartAgainAsync();

        Assert.Null(await one.GetAsync("session", Cancellation));
        Assert.Null(await other.GetAsync("session", Cancellation));
    }

    private async Task StartAgainAsync()
    {
        await _server.StartAsync(Cancellation);
        foreach (var connection in _connections)
        {
            while (!await AnswersAsync(await connection.GetAsync()))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), Cancellation);
            }
        }
    }

    // One that has only just come back may take longer than a replica waits, which then goes by its memory as if Redis were away.
    private static async Task<bool> AnswersAsync(IConnectionMultiplexer connection)
    {
        try
        {
            return connection.IsConnected && await connection.GetDatabase().PingAsync() < TimeSpan.FromMilliseconds(50);
        }
        catch (Exception exception) when (RedisConnection.IsAway(exception))
        {
            return false;
        }
    }

    private SharedCache Replica()
    {
        var connection = new RedisConnection(_server.ConnectionString);
        _connections.Add(connection);
        return new(
            new RedisCache(Options.Create(new RedisCacheOptions { ConnectionMultiplexerFactory = connection.GetAsync })),
            new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions())));
    }
}
