namespace UserDomain.AuditApi.Tests.Verification;

/// <summary>What somebody can do who has the database in their hands, and how far it can be told (AUD-03).</summary>
public sealed class TamperingTests(SealedTrail trail) : IClassFixture<SealedTrail>
{
    // In a full tile, and after the last of them.
    private const long Early = 300;
    private const long Late = 1900;

    public static TheoryData<string, long> Columns
    {
        get
        {
            string[] changes =
            [
                "id = '01890000-0000-7000-8000-000000000000'", "type = 'order.denied'", "actor_type = 'user'", "actor_id = 'x'", "actor_name = 'x'", "client_id = 'x'",
                "session_id = 'x'", "address = '192.0.2.1'", "target_type = 'x'", "target_id = 'x'", "target_name = 'Order 8'", "target_name = NULL", "succeeded = NOT succeeded",
                "before = '{\"number\":0 }'", "after = 'no JSON'", "trace_id = '4bf92f3577b34da6a3ce929d0e0e4737'", "actor_sealed = 'v1.x'", "target_sealed = 'v1.x'", "state_subject = 'x'", "state_sealed = 'v1.x'", "time = received_at", "received_at = TIME",
            ];
            var data = new TheoryData<string, long>();
            foreach (var change in changes)
            {
                data.Add(change, Early);
                data.Add(change, Late);
            }

            return data;
        }
    }

    [Fact]
    public async Task AUD_03_the_trail_as_it_is_is_intact()
    {
        foreach (var query in new[] { "", "?from=1", "?from=300&to=300", "?from=257&to=512", "?from=100&to=1000", $"?from={trail.Size}", "?from=1900" })
        {
            var answer = await trail.VerifiedAfterAsync(_ => Task.CompletedTask, query);

            Assert.True(answer.GetProperty("intact").GetBoolean(), $"{query} {answer}");
            Assert.Equal(JsonValueKind.Null, answer.GetProperty("next").ValueKind);
            Assert.InRange(answer.GetProperty("head").GetProperty("size").GetInt64(), answer.GetProperty("to").GetInt64(), trail.Size);
        }
    }

    [Theory]
    [MemberData(nameof(Columns))]
    public async Task AUD_03_a_changed_column_is_found_at_its_event(string change, long sequence) =>
        await FindsAsync("changed", sequence, sequence, async trail => await trail.RunAsync(Update(change, sequence)));

    [Theory]
    [MemberData(nameof(Columns))]
    public async Task AUD_03_a_changed_column_is_found_though_the_hash_beside_it_was_made_anew(string change, long sequence)
    {
        var range = await RangeAsync(sequence);
        var (first, last) = sequence == Early ? (Early, Early) : range;

        await FindsAsync("changed", first, last, async trail =>
        {
            await trail.RunAsync(Update(change, sequence));
            await trail.RehashAsync(sequence);
        });
    }

    [Fact]
    public async Task AUD_03_a_change_is_found_by_the_heads_though_hash_and_tile_were_made_anew()
    {
        var (first, last) = await RangeAsync(Early);

        await FindsAsync("changed", first, last, async trail =>
        {
            await trail.RunAsync(Update("target_name = 'x'", Early));
            await trail.RehashAsync(Early);
            await trail.RetileAsync(Early);
        });
    }

    [Fact]
    public async Task AUD_03_a_deleted_event_is_missing() =>
        await FindsAsync("missing", Early, Early, trail => trail.RunAsync($"DELETE FROM EVENTS WHERE sequence = {Early}"));

    [Fact]
    public async Task AUD_03_deleted_events_are_missing() =>
        await FindsAsync("missing", 200, 900, trail => trail.RunAsync("DELETE FROM EVENTS WHERE sequence BETWEEN 200 AND 900"));

    [Theory]
    [InlineData(Early, 310, false)]
    [InlineData(Early, 310, true)]
    [InlineData(Early, 900, false)]
    [InlineData(Early, 900, true)]
    [InlineData(Late, 1950, false)]
    public async Task AUD_03_two_events_that_changed_places_are_out_of_order(long one, long other, bool withHashes) => await FindsAsync("out-of-order", one, one, async trail =>
    {
        await trail.RunAsync($"UPDATE EVENTS SET sequence = 1000000 WHERE sequence = {one}");
        await trail.RunAsync($"UPDATE EVENTS SET sequence = {one} WHERE sequence = {other}");
        await trail.RunAsync($"UPDATE EVENTS SET sequence = {other} WHERE sequence = 1000000");
        if (withHashes)
        {
            await trail.RehashAsync(one);
            await trail.RehashAsync(other);
        }
    });

    [Fact]
    public async Task AUD_03_a_cut_tail_is_missing() =>
        await FindsAsync("missing", 1991, trail.Size, trail => trail.RunAsync("DELETE FROM EVENTS WHERE sequence > 1990"));

    [Fact]
    public async Task AUD_03_a_cut_tail_is_missed_though_its_heads_were_cut_as_well() => await FindsAsync("missing", 1991, trail.Size, async trail =>
    {
        await trail.RunAsync("DELETE FROM EVENTS WHERE sequence > 1990");
        await trail.RunAsync("DELETE FROM HEADS WHERE size > 1990");
    });

    [Fact]
    public async Task AUD_03_a_verification_of_a_part_that_was_cut_off_finds_what_is_missing()
    {
        var answer = await trail.VerifiedAfterAsync(trail => trail.RunAsync("DELETE FROM EVENTS WHERE sequence > 1000"), "?from=1500");

        var finding = answer.GetProperty("finding");
        Assert.Equal(("missing", 1001, trail.Size), (finding.Text("what"), finding.GetProperty("sequence").GetInt64(), finding.GetProperty("through").GetInt64()));
    }

    [Fact]
    public async Task AUD_03_an_event_in_front_of_the_first_was_added() =>
        await FindsAsync("added", 0, 0, trail => trail.RunAsync(Insert(0)));

    [Fact]
    public async Task AUD_03_an_event_after_the_last_that_the_trail_did_not_append_was_added() =>
        await FindsAsync("added", trail.Size + 1, trail.Size + 1, trail => trail.RunAsync(Insert(trail.Size + 1)));

    [Fact]
    public async Task AUD_03_changed_hashes_are_told_from_changed_events()
    {
        await FindsAsync("tree", Early, Early, trail => trail.RunAsync($"UPDATE EVENTS SET leaf_hash = (SELECT leaf_hash FROM EVENTS WHERE sequence = 1) WHERE sequence = {Early}"));
        await FindsAsync("tree", 257, 512, trail => trail.RunAsync("DELETE FROM TILES WHERE level = 0 AND \"index\" = 1"));
        await FindsAsync("tree", 257, 512, trail => trail.RunAsync("UPDATE TILES SET root = (SELECT leaf_hash FROM EVENTS WHERE sequence = 1) WHERE level = 0 AND \"index\" = 1"));
        await FindsAsync("tree", 257, 512, trail => trail.RunAsync("UPDATE TILES SET hashes = (SELECT hashes FROM TILES WHERE level = 0 AND \"index\" = 0) WHERE level = 0 AND \"index\" = 1"));
    }

    [Fact]
    public async Task AUD_03_a_head_nobody_signed_is_found()
    {
        var size = (await trail.HeadSizesAsync())[0];

        await FindsAsync("head", size, size, trail => trail.RunAsync($"UPDATE HEADS SET note = replace(note, 'time 2', 'time 3') WHERE size = {size}"));
        await FindsAsync("head", size, size, trail => trail.RunAsync($"UPDATE HEADS SET root = (SELECT leaf_hash FROM EVENTS WHERE sequence = 1) WHERE size = {size}"));
        await FindsAsync("head", size, size, trail => trail.RunAsync($"UPDATE HEADS SET note = 'none' WHERE size = {size}"));
    }

    [Fact]
    public async Task AUD_03_a_verification_of_a_part_finds_what_is_in_it_and_one_of_another_does_not()
    {
        Func<SealedTrail, Task> change = trail => trail.RunAsync(Update("target_name = 'x'", Early));

        Assert.Equal(Early, (await trail.VerifiedAfterAsync(change, $"?from={Early}&to={Early}")).GetProperty("finding").GetProperty("sequence").GetInt64());
        Assert.Equal(Early, (await trail.VerifiedAfterAsync(change, "?from=290")).GetProperty("finding").GetProperty("sequence").GetInt64());
        Assert.True((await trail.VerifiedAfterAsync(change, "?from=1000&to=1100")).GetProperty("intact").GetBoolean());
    }

    [Fact]
    public async Task AUD_03_a_value_that_cannot_be_read_is_found()
    {
        // PostgreSQL keeps every value to its type, but has later times than .NET; SQLite takes any text for a time.
        string[] values = trail.IsPostgreSql ? ["time = '200000-01-01T00:00:00Z'"] : ["time = 'never'", "id = 'none'"];

        foreach (var value in values)
        {
            await FindsAsync("changed", Early, Early, trail => trail.RunAsync($"UPDATE EVENTS SET {value} WHERE sequence = {Early}"));
        }
    }

    private async Task FindsAsync(string what, long first, long last, Func<SealedTrail, Task> change)
    {
        var answer = await trail.VerifiedAfterAsync(change);

        Assert.False(answer.GetProperty("intact").GetBoolean(), answer.ToString());
        var finding = answer.GetProperty("finding");
        Assert.Equal((what, first, last), (finding.Text("what"), finding.GetProperty("sequence").GetInt64(), finding.GetProperty("through").GetInt64()));
        Assert.Contains(first.ToString(System.Globalization.CultureInfo.InvariantCulture), finding.Text("detail"), StringComparison.Ordinal);
    }

    // Without a better witness a change lies between two heads.
    private async Task<(long First, long Last)> RangeAsync(long sequence)
    {
        var sizes = await trail.HeadSizesAsync();
        return (sizes.LastOrDefault(size => size < sequence) + 1, sizes.First(size => size >= sequence));
    }

    private string Update(string change, long sequence) =>
        $"UPDATE EVENTS SET {change.Replace("TIME", trail.IsPostgreSql ? "received_at - interval '1 second'" : "received_at - 1000000", StringComparison.Ordinal).Replace("time = received_at", trail.IsPostgreSql ? "time = received_at + interval '1 second'" : "time = received_at + 1", StringComparison.Ordinal)} WHERE sequence = {sequence}"
            .Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);

    private static string Insert(long sequence) =>
        $"INSERT INTO EVENTS (sequence, id, type, time, received_at, target_type, target_id, succeeded) SELECT {sequence}, '01890000-0000-7000-8000-000000000000', type, time, received_at, target_type, target_id, succeeded FROM EVENTS WHERE sequence = 1";
}
