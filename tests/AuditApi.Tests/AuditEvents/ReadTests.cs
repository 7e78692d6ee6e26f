namespace UserDomain.AuditApi.Tests.AuditEvents;

public sealed class ReadTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_that_does_not_exist_is_not_found()
    {
        using var client = await system.AuditorAsync();

        await client.GetAsync($"{TrailEvents.Path}/{Guid.CreateVersion7()}", Cancellation).ProblemAsync(HttpStatusCode.NotFound, "audit-event-not-found");
    }

    [Fact]
    public async Task Events_are_listed_newest_first_page_by_page()
    {
        using var client = await system.AuditorAsync();
        var target = new { type = "order", id = Guid.CreateVersion7().ToString() };
        var batch = Enumerable.Range(0, 5).Select(_ => TrailEvents.Valid(("target", target))).ToArray();
        await client.AppendedAsync([.. batch]);

        var first = await client.ListAsync($"target={target.id}&limit=3");
        var second = await client.ListAsync($"target={target.id}&limit=3&cursor={first.Text("nextCursor")}");

        Assert.Equal(batch.Select(sent => sent["id"]!.ToString()).Reverse(), first.Items().Concat(second.Items()).Select(item => item.Text("id")));
        Assert.Null(second.Text("nextCursor"));
    }

    [Fact]
    public async Task Each_filter_keeps_what_it_names()
    {
        using var client = await system.AuditorAsync();
        var kind = $"k{Guid.CreateVersion7():N}";
        var approved = TrailEvents.Valid(("type", $"{kind}.approved"), ("target", new { type = "order", id = $"{kind}-1" }));
        var rejected = TrailEvents.Valid(("type", $"{kind}.rejected"), ("target", new { type = "order", id = $"{kind}-2" }), ("succeeded", false));
        await client.AppendedAsync(approved, rejected, TrailEvents.Valid(("type", $"{kind}s.approved")));
        var read = await client.ReadAsync(approved);
        var time = read.GetProperty("time").GetDateTimeOffset();

        await KeepsAsync($"type={kind}.approved", approved);
        await KeepsAsync($"type={kind}.", approved, rejected);
        await KeepsAsync($"type={kind}");
        await KeepsAsync($"type={kind}.&target={kind}-2", rejected);
        await KeepsAsync($"type={kind}.&succeeded=false", rejected);
        await KeepsAsync($"type={kind}.&actor={read.GetProperty("actor").Text("id")}", approved, rejected);
        await KeepsAsync($"type={kind}.&actor=nobody");
        await KeepsAsync($"type={kind}.&client={read.Text("clientId")}", approved, rejected);
        await KeepsAsync($"type={kind}.&session=none");
        await KeepsAsync($"type={kind}.&from={Moment(time)}&to={Moment(time.AddMilliseconds(1))}", approved, rejected);
        await KeepsAsync($"type={kind}.&from={Moment(time.AddMilliseconds(1).ToOffset(TimeSpan.FromHours(2)))}");
        await KeepsAsync($"type={kind}.&to={Moment(time)}");

        async Task KeepsAsync(string query, params Dictionary<string, object?>[] expected) => Assert.Equal(
            expected.Select(sent => sent["id"]!.ToString()).Reverse(), (await client.ListAsync(query)).Items().Select(item => item.Text("id")));
    }

    [Fact]
    public async Task A_cursor_of_another_filter_is_refused()
    {
        using var client = await system.AuditorAsync();
        await client.AppendedAsync(TrailEvents.Valid(), TrailEvents.Valid());
        var page = await client.ListAsync("limit=1");

        await client.GetAsync($"{TrailEvents.Path}?succeeded=true&cursor={page.Text("nextCursor")}", Cancellation).RefusedAsync("cursor");
    }

    [Theory]
    [InlineData("limit", "limit=0")]
    [InlineData("limit", "limit=201")]
    [InlineData("cursor", "cursor=nonsense")]
    [InlineData("type", "type=%00")]
    [InlineData("actor", "actor=%0A")]
    public async Task A_list_refuses_what_it_cannot_answer_and_names_it(string member, string query)
    {
        using var client = await system.AuditorAsync();

        await client.GetAsync($"{TrailEvents.Path}?{query}", Cancellation).RefusedAsync(member);
    }

    [Theory]
    [InlineData("limit=many", "The parameter 'limit' has to be a whole number.")]
    [InlineData("from=yesterday", "The parameter 'from' has to be a time such as 2026-01-31T12:00:00Z.")]
    [InlineData("succeeded=perhaps&to=2026-01-31T12:00:00Z", "The parameter 'succeeded' has to be true or false.")]
    [InlineData("limit=1&limit=2", "The parameter 'limit' has to be a whole number.")]
    public async Task A_filter_that_cannot_be_read_is_refused(string query, string detail)
    {
        using var client = await system.AuditorAsync();

        var problem = await client.GetAsync($"{TrailEvents.Path}?{query}", Cancellation).ProblemAsync(HttpStatusCode.BadRequest, "unreadable-request");
        Assert.Equal(detail, problem.Text("detail"));
    }

    private static string Moment(DateTimeOffset time) => Uri.EscapeDataString(time.ToString("O", System.Globalization.CultureInfo.InvariantCulture));
}
