using System.Diagnostics;
using System.Net.WebSockets;
using UserDomain.AuditApi.Tests.AuditEvents;

namespace UserDomain.AuditApi.Tests.Live;

/// <summary>The trail, told as it grows.</summary>
public sealed class LiveEventsTests(RunningSystem system)
{
    private const string Path = "api/v1/audit-events/live";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_are_told_in_order_as_they_are_appended()
    {
        using var client = await system.AuditorAsync();
        await using var live = await LiveListener.OfAsync(client, Path);
        var ids = Enumerable.Range(0, 450).Select(_ => Guid.CreateVersion7()).ToList();
        var clock = Stopwatch.StartNew();

        foreach (var batch in ids.Chunk(150))
        {
            await client.AppendAsync([.. batch.Select(id => TrailEvents.Valid(("id", id)))]).BodyAsync();
        }

        var told = new List<JsonElement>();
        while (told.Count(IsMine) < ids.Count)
        {
            told.Add(await live.NextAsync());
        }

        Assert.Equal(ids, told.Where(IsMine).Select(Id));
        Assert.Equal(told.Select(Sequence).Order(), told.Select(Sequence));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(6));
        var read = await client.GetAsync($"api/v1/audit-events/{ids[0]}", Cancellation).BodyAsync();
        Assert.Equal(read.ToString(), told.First(IsMine).ToString());

        bool IsMine(JsonElement audit) => ids.Contains(Id(audit));
    }

    [Fact]
    public async Task Who_comes_back_is_told_all_that_was_appended_meanwhile()
    {
        using var client = await system.AuditorAsync();
        var first = await AppendAsync(client, "order.approved");
        var sequence = Sequence(await client.GetAsync($"api/v1/audit-events/{first}", Cancellation).BodyAsync());
        var missed = new List<Guid>();
        foreach (var _ in Enumerable.Range(0, 3))
        {
            missed.Add(await AppendAsync(client, "order.approved"));
        }

        await using var live = await LiveListener.OfAsync(client, $"{Path}?after={sequence}");

        var told = new List<Guid>();
        while (told.Count(missed.Contains) < missed.Count)
        {
            told.Add(Id(await live.NextAsync()));
        }

        Assert.DoesNotContain(first, told);
        Assert.Equal(missed, told.Where(missed.Contains));
    }

    [Fact]
    public async Task A_filter_tells_what_it_names_and_nothing_else()
    {
        using var client = await system.AuditorAsync();
        await using var live = await LiveListener.OfAsync(client, $"{Path}?type=parcel.");

        await AppendAsync(client, "order.approved");
        var wanted = await AppendAsync(client, "parcel.sent");

        Assert.Equal(wanted, Id(await live.NextAsync()));
    }

    [Fact]
    public async Task REV_01_It_ends_with_the_reader_s_access()
    {
        using var client = await system.AuditorAsync();
        await using var live = await LiveListener.OfAsync(client, Path);

        await system.EndAccessOfAsync(client);

        Assert.Equal(WebSocketCloseStatus.PolicyViolation, (await live.EndAsync()).Status);
    }

    [Theory]
    [InlineData("after", "after=-1")]
    [InlineData("type", "type=a%00b")]
    public async Task What_cannot_be_followed_is_named(string member, string query)
    {
        using var client = await system.AuditorAsync();

        await client.GetAsync($"{Path}?{query}", Cancellation).RefusedAsync(member);
    }

    private static async Task<Guid> AppendAsync(HttpClient client, string type)
    {
        var id = Guid.CreateVersion7();
        await client.AppendAsync(TrailEvents.Valid(("id", id), ("type", type))).BodyAsync();
        return id;
    }

    private static Guid Id(JsonElement audit) => audit.GetProperty("id").GetGuid();

    private static long Sequence(JsonElement audit) => audit.GetProperty("sequence").GetInt64();
}
