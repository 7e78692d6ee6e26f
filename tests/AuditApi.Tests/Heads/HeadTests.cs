using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.Heads;
using UserDomain.AuditApi.Integrity;
using UserDomain.AuditApi.Tests.AuditEvents;
using UserDomain.ServiceDefaults.Hosting;
using UserDomain.ServiceDefaults.Secrets;

namespace UserDomain.AuditApi.Tests.Heads;

public sealed class HeadTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AUD_03_a_signed_head_covers_an_event_soon_after_it_was_appended()
    {
        using var client = await system.AuditorAsync();
        var sent = TrailEvents.Valid();
        await client.AppendedAsync(sent);
        var read = await client.ReadAsync(sent);

        var head = await client.SealedAsync(read.GetProperty("sequence").GetInt64());

        Assert.Equal($"{system.PublicUrl.Authority}/audit", head.Origin);
        Assert.InRange((head.Time - read.GetProperty("receivedAt").GetDateTimeOffset()).TotalSeconds, 0, 10);
    }

    [Fact]
    public async Task AUD_03_heads_are_listed_newest_first_page_by_page_and_each_opens_with_the_key()
    {
        using var client = await system.AuditorAsync();
        for (var time = 0; time < 3; time++)
        {
            var sent = TrailEvents.Valid();
            await client.AppendedAsync(sent);
            await client.SealedAsync((await client.ReadAsync(sent)).GetProperty("sequence").GetInt64());
        }

        var key = await client.KeyAsync();
        var first = await client.AskAsync("heads?limit=2");
        var second = await client.AskAsync($"heads?limit=1&cursor={first.Text("nextCursor")}");
        var heads = first.Items().Concat(second.Items()).ToList();

        Assert.Equal(3, heads.Count);
        Assert.Equal(heads.Select(head => head.GetProperty("size").GetInt64()).OrderDescending(), heads.Select(head => head.GetProperty("size").GetInt64()));
        Assert.All(heads, head => Assert.Equal((head.GetProperty("size").GetInt64(), head.Text("rootHash")),
            Checkpoint.Open(head.Text("note")!, key) is { } said ? (said.Size, Convert.ToBase64String(said.Root)) : default));
        await client.GetAsync($"{TrailEvents.Path}/heads?cursor=nonsense", Cancellation).RefusedAsync("cursor");
    }

    [Fact]
    public async Task AUD_03_heads_are_in_a_file_outside_of_the_database_too()
    {
        using var client = await system.AuditorAsync();
        var sent = TrailEvents.Valid();
        await client.AppendedAsync(sent);
        var head = await client.SealedAsync((await client.ReadAsync(sent)).GetProperty("sequence").GetInt64());
        var key = await client.KeyAsync();

        for (var attempt = 0; attempt < 50 && !Read().Contains(head.Size); attempt++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), Cancellation);
        }

        Assert.Contains(head.Size, Read());
        Assert.Equal(Read().Order(), Read());

        List<long> Read() => [.. NoteFile.Split(File.ReadAllText(Path.Combine(system.DataDirectory, "audit-heads.log"))).Select(note => Checkpoint.Open(note, key)!.Size)];
    }

    [Fact]
    public async Task While_nothing_is_appended_no_head_is_signed()
    {
        await using var quiet = new RunningSystem();
        await quiet.InitializeAsync();
        using var client = await quiet.AuditorAsync();
        await client.AppendedAsync(TrailEvents.Valid());
        await Task.Delay(TimeSpan.FromSeconds(5), Cancellation);
        var before = (await client.LatestAsync()).Size;

        await Task.Delay(TimeSpan.FromSeconds(4), Cancellation);

        Assert.Equal(before, (await client.LatestAsync()).Size);
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_keeps_nobody_from_appending()
    {
        await using var other = RunningSystem.With(new Dictionary<string, string> { ["UserDomain:Audit:HeadsFile"] = "/proc/no/such/place" });
        await other.InitializeAsync();
        using var client = await other.AuditorAsync();

        Assert.Equal((1, 0), await client.AppendedAsync(TrailEvents.Valid()));
        await client.SealedAsync(1);
    }

    [Fact]
    public async Task AUD_03_replicas_append_to_and_sign_one_trail()
    {
        await using var first = new RunningSystem();
        await first.InitializeAsync();
        await using var second = first.Replica();
        await second.InitializeAsync();
        using var client = await first.AuditorAsync();
        using var other = await second.AuditorAsync();

        await Task.WhenAll(Enumerable.Range(0, 30).Select(number => (number % 2 == 0 ? client : other).AppendedAsync([.. Enumerable.Range(0, 20).Select(_ => TrailEvents.Valid())])));
        await client.SealedAsync(600);
        var verified = await other.AskAsync("verification");

        Assert.True(verified.GetProperty("intact").GetBoolean(), verified.ToString());
        Assert.InRange(verified.GetProperty("to").GetInt64(), 600, long.MaxValue);
    }

    [Fact]
    public async Task AUD_03_heads_signed_before_a_change_of_the_public_URL_are_verified_after_it()
    {
        using var client = await system.AuditorAsync();
        var before = await client.KeyAsync();
        var moved = UserDomainSettings.Read(new ConfigurationBuilder().AddInMemoryCollection([new("UserDomain:PublicUrl", "https://moved.example.com/")]).Build());

        using var key = new HeadKey(system.PartOf<KeyEncryptionKey>(), moved, TimeProvider.System);
        var after = (await system.InTrailAsync(store => key.GetAsync(store, Cancellation))).Verifier;

        Assert.Equal(before.ToString(), after.ToString());
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("/proc/no/such/place", true)]
    public async Task AUD_03_nobody_gets_a_signature_for_events_that_were_signed_otherwise_before(string headsFile, bool withHeads)
    {
        await using var other = RunningSystem.With(new Dictionary<string, string> { ["UserDomain:Audit:HeadsFile"] = headsFile });
        await other.InitializeAsync();
        using var client = await other.AuditorAsync();
        await client.AppendedAsync(TrailEvents.Valid(), TrailEvents.Valid());
        await client.SealedAsync(2);
        await Task.Delay(TimeSpan.FromSeconds(3), Cancellation);
        var size = (await client.LatestAsync()).Size;

        await other.InTrailAsync(store => store.AuditEvents.Where(audit => audit.Sequence == 2).ExecuteUpdateAsync(set => set.SetProperty(audit => audit.LeafHash, new byte[32]), Cancellation));
        if (withHeads)
        {
            // The process that has signed them knows them still.
            await other.InTrailAsync(store => store.Heads.ExecuteDeleteAsync(Cancellation));
        }

        await client.AppendedAsync(TrailEvents.Valid());
        await Task.Delay(TimeSpan.FromSeconds(3), Cancellation);

        Assert.Equal(withHeads ? [] : [size], await other.InTrailAsync(store => store.Heads.Select(head => head.Size).OrderByDescending(size => size).Take(1).ToListAsync(Cancellation)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/proc/no/such/place")]
    public async Task AUD_03_nobody_gets_a_signature_for_a_trail_that_was_cut(string headsFile)
    {
        await using var other = RunningSystem.With(new Dictionary<string, string> { ["UserDomain:Audit:HeadsFile"] = headsFile });
        await other.InitializeAsync();
        using var client = await other.AuditorAsync();
        var sent = Enumerable.Range(0, 20).Select(_ => TrailEvents.Valid()).ToArray();
        await client.AppendedAsync([.. sent]);
        await client.SealedAsync((await client.ReadAsync(sent[^1])).GetProperty("sequence").GetInt64());
        await Task.Delay(TimeSpan.FromSeconds(3), Cancellation);
        var size = (await client.LatestAsync()).Size;

        await other.InTrailAsync(store => store.AuditEvents.Where(audit => audit.Sequence > 5).ExecuteDeleteAsync(Cancellation));
        await other.InTrailAsync(store => store.Heads.ExecuteDeleteAsync(Cancellation));
        await client.AppendedAsync(TrailEvents.Valid());
        await Task.Delay(TimeSpan.FromSeconds(3), Cancellation);

        await client.GetAsync($"{TrailEvents.Path}/heads/latest", Cancellation).ProblemAsync(HttpStatusCode.Conflict, "not-sealed-yet");
        if (headsFile.Length == 0)
        {
            // The file still knows.
            var finding = (await client.AskAsync("verification")).GetProperty("finding");
            Assert.Equal(("missing", 7, size), (finding.Text("what"), finding.GetProperty("sequence").GetInt64(), finding.GetProperty("through").GetInt64()));
        }

        // The intake goes on, and so does what is behind it.
        Assert.Equal((1, 0), await client.AppendedAsync(TrailEvents.Valid()));
    }
}
