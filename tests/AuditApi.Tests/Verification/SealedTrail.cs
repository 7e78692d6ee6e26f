using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.AuditApi.Tests.AuditEvents;
using UserDomain.AuditApi.Tests.Heads;
using UserDomain.AuditApi.Tree;
using UserDomain.Database.Leases;

namespace UserDomain.AuditApi.Tests.Verification;

/// <summary>A system of its own with 2,000 sealed events, for somebody who has the database in their hands, and can be put back as it was.</summary>
public sealed class SealedTrail : IAsyncLifetime
{
    private const int Batches = 10;
    private static readonly string[] Tables = ["audit_events", "audit_tree_tiles", "audit_heads"];
    private readonly RunningSystem _system = new();

    public HttpClient Client { get; private set; } = null!;

    /// <summary>How many events there are.</summary>
    public long Size { get; private set; }

    public bool IsPostgreSql { get; private set; }

    private string Schema => IsPostgreSql ? "audit." : "";

    public async ValueTask InitializeAsync()
    {
        await _system.InitializeAsync();
        Client = await _system.AuditorAsync();
        IsPostgreSql = await _system.InTrailAsync(store => Task.FromResult(store.Database.IsNpgsql()));
        for (var batch = 0; batch < Batches; batch++)
        {
            await Client.AppendedAsync([.. Enumerable.Range(0, 200).Select(number => TrailEvents.Valid(("before", new { number }), ("after", new { number = number + 1 }), ("traceId", "4bf92f3577b34da6a3ce929d0e0e4736")))]);
            if (batch == Batches / 2)
            {
                await Client.SealedAsync(batch * 200);
            }
        }

        // What making a client has told of comes a little later.
        var quiet = 0;
        while (quiet < 3)
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
            var size = await _system.InTrailAsync(store => store.AuditEvents.LongCountAsync());
            quiet = size == Size && (await Client.SealedAsync(1)).Size == size ? quiet + 1 : 0;
            Size = size;
        }

        // Another replica, so to say, seals from now on: it might sign what a test has done before the test has looked.
        await _system.InTrailAsync(store => store.Set<LeaseRow>().ExecuteUpdateAsync(set => set
            .SetProperty(lease => lease.Holder, Guid.CreateVersion7()).SetProperty(lease => lease.ExpiresAt, TimeProvider.System.GetUtcNow().AddDays(1))));
        foreach (var table in Tables)
        {
            await RunAsync($"CREATE TABLE {Schema}kept_{table} AS SELECT * FROM {Schema}{table}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _system.DisposeAsync();
    }

    /// <summary>Changes the database, asks for a verification, and puts it back.</summary>
    public async Task<JsonElement> VerifiedAfterAsync(Func<SealedTrail, Task> change, string query = "")
    {
        try
        {
            await change(this);
            return await Client.AskAsync("verification" + query);
        }
        finally
        {
            foreach (var table in Tables)
            {
                await RunAsync($"DELETE FROM {Schema}{table}");
                await RunAsync($"INSERT INTO {Schema}{table} SELECT * FROM {Schema}kept_{table}");
            }
        }
    }

    /// <summary>Runs SQL, in which <c>EVENTS</c>, <c>TILES</c> and <c>HEADS</c> are the tables.</summary>
    public Task RunAsync(string sql) => _system.InTrailAsync(store => store.Database.ExecuteSqlRawAsync(sql
        .Replace("EVENTS", Schema + "audit_events", StringComparison.Ordinal)
        .Replace("TILES", Schema + "audit_tree_tiles", StringComparison.Ordinal)
        .Replace("HEADS", Schema + "audit_heads", StringComparison.Ordinal)));

    /// <summary>Makes the hash beside an event that of the event as it is now.</summary>
    public Task RehashAsync(long sequence) => _system.InTrailAsync(async store =>
    {
        var row = await store.AuditEvents.AsNoTracking().SingleAsync(audit => audit.Sequence == sequence);
        var hash = CanonicalEvent.LeafHash(row);
        return await store.AuditEvents.Where(audit => audit.Sequence == sequence).ExecuteUpdateAsync(set => set.SetProperty(audit => audit.LeafHash, hash));
    });

    /// <summary>Makes the tile an event is in that of the hashes beside the events.</summary>
    public Task RetileAsync(long sequence) => _system.InTrailAsync(async store =>
    {
        var index = (sequence - 1) / TreeTile.Width;
        var tile = TreeTile.Of(0, index, await TreeReader.LeavesAsync(store, (index * TreeTile.Width) + 1, TreeTile.Width, CancellationToken.None));
        return await store.TreeTiles.Where(row => row.Level == 0 && row.Index == index)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Hashes, tile.Hashes).SetProperty(row => row.Root, tile.Root));
    });

    public Task<List<long>> HeadSizesAsync() => _system.InTrailAsync(store => store.Heads.OrderBy(head => head.Size).Select(head => head.Size).ToListAsync());
}
