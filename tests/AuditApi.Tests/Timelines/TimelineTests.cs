using UserDomain.AuditApi.Export;
using UserDomain.AuditApi.Integrity;
using UserDomain.AuditApi.Tests.AuditEvents;
using UserDomain.AuditApi.Tests.Heads;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AuditApi.Tests.Timelines;

/// <summary>What somebody did and what was done to them, as others can verify it (AUD-03).</summary>
public sealed class TimelineTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AUD_03_A_timeline_has_all_that_concerns_a_user_newest_first_and_each_event_is_proved()
    {
        using var client = await system.AuditorAsync();
        var user = await system.CreateUserAsync();
        using var visitor = await system.VisitorAsync();
        var name = await system.InStoreAsync(store => Task.FromResult(store.Users.Single(row => row.Id == user).UserName!));
        var tokens = await visitor.SignInAsync(name, RunningSystem.Password);
        await system.EventAsync(tokens.SessionId, "session.created");
        var assigned = TrailEvents.Valid(("type", "role-assignment.created"), ("target", new { type = "role-assignment", id = Guid.CreateVersion7().ToString() }), ("after", new { user = new { type = "user", id = user, name } }));
        await client.AppendedAsync(assigned, TrailEvents.Valid(("target", new { type = "user", id = user.ToString(), name })), TrailEvents.Valid());

        var timeline = await client.AskAsync($"timeline?subject={user}");

        var events = timeline.GetProperty("events").EnumerateArray().ToList();
        var types = events.Select(proved => proved.GetProperty("event").Text("type")).ToList();
        Assert.Equal(["order.approved", "role-assignment.created", "session.created"], types.Where(type => type is "order.approved" or "role-assignment.created" or "session.created"));
        var sequences = events.Select(proved => proved.GetProperty("event").GetProperty("sequence").GetInt64()).ToList();
        Assert.Equal(sequences.OrderDescending(), sequences);
        Assert.Equal(JsonValueKind.Null, timeline.GetProperty("next").ValueKind);
        Assert.Matches($@"\A{events.Count} events of {user} are in localhost:[0-9]+/audit, as was signed at [-0-9]+ [:0-9]+Z\n\z", await VerifyAsync(timeline, (await client.KeyAsync()).ToString()));
        Assert.Contains("The key is the file's own", await VerifyAsync(timeline), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AUD_03_A_timeline_that_is_longer_comes_in_parts_and_ends()
    {
        using var client = await system.AuditorAsync();
        var user = Guid.CreateVersion7();
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await client.AppendedAsync([.. Enumerable.Range(0, 150).Select(_ => TrailEvents.Valid(("target", new { type = "user", id = user.ToString() })))]);
        }

        var found = new List<long>();
        string? before = "";
        do
        {
            var part = await client.AskAsync($"timeline?subject={user}{before}");
            found.AddRange(part.GetProperty("events").EnumerateArray().Select(proved => proved.GetProperty("event").GetProperty("sequence").GetInt64()));
            before = part.GetProperty("next").ValueKind == JsonValueKind.Null ? null : $"&before={part.GetProperty("next").GetInt64()}";
        }
        while (before is not null);

        Assert.Equal(450, found.Count);
        Assert.Equal(found.OrderDescending().Distinct(), found);
    }

    [Theory]
    [InlineData("\"succeeded\":true", "\"succeeded\":false")]
    [InlineData("order.approved", "order.denied")]
    [InlineData("\\u0022succeeded\\u0022:true", "\\u0022succeeded\\u0022:false")]
    [InlineData("\"path\":[\"", "\"path\":[\"A")]
    [InlineData("\"sequence\":", "\"sequence\":1")]
    public async Task AUD_03_A_changed_timeline_is_refused(string text, string changed)
    {
        using var client = await system.AuditorAsync();
        var user = Guid.CreateVersion7();
        await client.AppendedAsync(TrailEvents.Valid(("target", new { type = "user", id = user.ToString() })), TrailEvents.Valid());
        var timeline = (await client.AskAsync($"timeline?subject={user}")).GetRawText().Replace("\\\"", "\\u0022", StringComparison.Ordinal);
        Assert.Contains(text, timeline, StringComparison.Ordinal);

        var refusal = await Assert.ThrowsAsync<StartupException>(() => VerifyAsync(timeline.Replace(text, changed, StringComparison.Ordinal)));

        Assert.Matches("is not as it was appended|cannot be read|not a valid Base-64", refusal.Message);
        using var other = new NoteSigner("other.example.com/audit", new byte[32]);
        Assert.Contains("was not signed with the key", (await Assert.ThrowsAsync<StartupException>(() => VerifyAsync(timeline, other.Verifier.ToString()))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("subject", "")]
    [InlineData("before", "?subject=01890000-0000-7000-8000-000000000000&before=0")]
    public async Task What_is_no_timeline_is_refused(string member, string query)
    {
        using var client = await system.AuditorAsync();

        await client.GetAsync($"{TrailEvents.Path}/timeline{query}", Cancellation).RefusedAsync(member);
    }

    private static Task<string> VerifyAsync(JsonElement timeline, string? key = null) => VerifyAsync(timeline.GetRawText(), key);

    private static async Task<string> VerifyAsync(string timeline, string? key = null)
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder["timeline.json"], timeline, Cancellation);
        await using var output = new StringWriter(System.Globalization.CultureInfo.InvariantCulture);
        await VerifyCommand.RunAsync(key is null ? [folder["timeline.json"]] : [folder["timeline.json"], "--key", key], output);
        return output.ToString();
    }
}
