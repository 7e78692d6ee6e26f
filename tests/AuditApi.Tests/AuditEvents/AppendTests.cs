namespace UserDomain.AuditApi.Tests.AuditEvents;

public sealed class AppendTests(RunningSystem system)
{
    private static readonly string TooLong = new('x', 300);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string?> Refused => new()
    {
        { "events[0].id", "id", null },
        { "events[0].id", "id", "\"00000000-0000-0000-0000-000000000000\"" },
        { "events[0].type", "type", null },
        { "events[0].type", "type", "\"approved\"" },
        { "events[0].type", "type", "\"Order.approved\"" },
        { "events[0].type", "type", "\"order.approved.twice\"" },
        { "events[0].type", "type", $"\"order.{TooLong}\"" },
        { "events[0].target", "target", null },
        { "events[0].target.id", "target", """{ "type": "order", "id": "" }""" },
        { "events[0].target.type", "target", $$"""{ "type": "{{TooLong}}", "id": "1" }""" },
        { "events[0].target.name", "target", """{ "type": "order", "id": "1", "name": "a\u0000b" }""" },
        { "events[0].succeeded", "succeeded", null },
        { "events[0].sessionId", "sessionId", $"\"{TooLong}\"" },
        { "events[0].clientId", "clientId", "\"a\\nb\"" },
        { "events[0].address", "address", $"\"{TooLong}\"" },
        { "events[0].traceId", "traceId", $"\"{TooLong}\"" },
        { "events[0].before", "before", "[1]" },
        { "events[0].after", "after", "\"text\"" },
        { "events[0].after", "after", $$"""{ "a": "{{new string('x', 33_000)}}" }""" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_member_outside_of_its_bounds_is_named(string path, string member, string? json)
    {
        using var client = await system.AuditorAsync();

        await client.AppendAsync(TrailEvents.Valid((member, json is null ? null : JsonSerializer.Deserialize<JsonElement>(json)))).RefusedAsync(path);
    }

    [Fact]
    public async Task A_member_nobody_knows_is_refused()
    {
        using var client = await system.AuditorAsync();

        await client.AppendAsync(TrailEvents.Valid(("sequence", 1))).ProblemAsync(HttpStatusCode.BadRequest, "unreadable-request");
        await client.AppendAsync(TrailEvents.Valid(("receivedAt", "2026-01-02T03:04:05Z"))).ProblemAsync(HttpStatusCode.BadRequest, "unreadable-request");
    }

    [Fact]
    public async Task A_batch_has_one_to_two_hundred_events()
    {
        using var client = await system.AuditorAsync();

        await client.AppendAsync().RefusedAsync("events");
        await client.AppendAsync([.. Enumerable.Range(0, 201).Select(_ => TrailEvents.Valid())]).RefusedAsync("events");
        Assert.Equal((200, 0), await client.AppendedAsync([.. Enumerable.Range(0, 200).Select(_ => TrailEvents.Valid())]));
    }

    [Fact]
    public async Task An_event_is_read_as_it_was_appended()
    {
        using var client = await system.AuditorAsync();
        var sent = TrailEvents.Valid(("before", new { price = 7, tags = new[] { "a" } }), ("after", new { price = 8 }), ("succeeded", false), ("traceId", "4bf92f3577b34da6a3ce929d0e0e4736"));

        await client.AppendedAsync(sent);
        var read = await client.ReadAsync(sent);

        Assert.Equal("order.approved", read.Text("type"));
        Assert.Equal("Order 7", read.GetProperty("target").Text("name"));
        Assert.Equal("""{"price":7,"tags":["a"]}""", read.GetProperty("before").GetRawText());
        Assert.Equal("""{"price":8}""", read.GetProperty("after").GetRawText());
        Assert.False(read.GetProperty("succeeded").GetBoolean());
        Assert.Equal("4bf92f3577b34da6a3ce929d0e0e4736", read.Text("traceId"));
    }

    [Fact]
    public async Task Who_did_it_when_and_where_is_what_the_server_knows_and_not_what_the_sender_states()
    {
        using var client = await system.AuditorAsync();
        var sent = TrailEvents.Valid(("actor", new { type = "user", id = "somebody-else" }), ("clientId", "user-domain:RoleApi"),
            ("sessionId", "stolen"), ("address", "192.0.2.1"), ("time", "2020-01-01T00:00:00Z"));

        await client.AppendedAsync(sent);
        var read = await client.ReadAsync(sent);

        Assert.Equal("client", read.GetProperty("actor").Text("type"));
        Assert.Equal(read.Text("clientId"), read.GetProperty("actor").Text("id"));
        Assert.NotEqual("user-domain:RoleApi", read.Text("clientId"));
        Assert.Null(read.Text("sessionId"));
        Assert.NotEqual("192.0.2.1", read.Text("address"));
        Assert.Equal(read.Text("receivedAt"), read.Text("time"));
    }

    [Fact]
    public async Task A_person_who_appends_is_the_actor_in_their_session()
    {
        var id = await system.CreateUserAsync(roles: "administrator");
        using var person = await system.SignedInAsync(id, "audit:read", "audit:write");
        var sent = TrailEvents.Valid(("actor", new { type = "user", id = "somebody-else" }));

        await person.AppendedAsync(sent);
        var read = await person.ReadAsync(sent);

        Assert.Equal("user", read.GetProperty("actor").Text("type"));
        Assert.Equal(id.ToString(), read.GetProperty("actor").Text("id"));
        Assert.NotNull(read.Text("sessionId"));
    }

    [Fact]
    public async Task A_repeated_event_is_kept_once_as_it_was_first()
    {
        using var client = await system.AuditorAsync();
        var sent = TrailEvents.Valid();

        Assert.Equal((1, 1), await client.AppendedAsync(sent, sent));
        Assert.Equal((1, 1), await client.AppendedAsync(TrailEvents.Valid(), TrailEvents.Valid(("id", sent["id"]), ("type", "order.rejected"))));
        Assert.Equal("order.approved", (await client.ReadAsync(sent)).Text("type"));
    }

    [Fact]
    public async Task One_batch_delivered_many_times_at_once_is_kept_once_and_numbered_without_a_gap()
    {
        using var client = await system.AuditorAsync();
        var batch = Enumerable.Range(0, 20).Select(_ => (object)TrailEvents.Valid()).ToArray();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.AppendedAsync(batch)));
        var sequences = new List<long>();
        string? cursor = null;
        do
        {
            var page = await client.ListAsync($"limit=200&cursor={cursor}");
            sequences.AddRange(page.Items().Select(item => item.GetProperty("sequence").GetInt64()));
            cursor = page.Text("nextCursor");
        }
        while (cursor is not null);

        Assert.Equal(20, answers.Sum(answer => answer.Accepted));
        Assert.Equal(19 * 20, answers.Sum(answer => answer.Known));
        Assert.Equal(Enumerable.Range(1, sequences.Count).Select(number => (long)number).Reverse(), sequences);
    }

    [Fact]
    public async Task Text_in_place_of_json_is_refused()
    {
        using var client = await system.AuditorAsync();
        using var content = new StringContent("events", System.Text.Encoding.UTF8, "application/json");

        await client.PostAsync(TrailEvents.Path, content, Cancellation).ProblemAsync(HttpStatusCode.BadRequest, "unreadable-request");
    }
}
