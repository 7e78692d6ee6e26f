namespace UserDomain.AuditApi.Tests.AuditEvents;

/// <summary>Who reads the trail is in it (AUD-05).</summary>
public sealed class ReadingTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AUD_05_Reading_exporting_and_following_are_recorded_once_with_who_did_and_what_was_asked_for()
    {
        using var reader = await system.AuditorAsync();
        var sent = TrailEvents.Valid();
        await reader.AppendedAsync(sent);
        var target = Guid.CreateVersion7();

        await reader.ListAsync($"target={target}&type=order.&q=sought&address=192.0.2.7&actor=somebody");
        await reader.ListAsync($"target={target}&type=order.&q=sought&address=192.0.2.7&actor=somebody");
        await reader.ReadAsync(sent);
        using var export = await reader.GetAsync($"{TrailEvents.Path}/export?format=csv&target={target}&after=3", Cancellation);
        await using var live = await LiveListener.OfAsync(reader, $"{TrailEvents.Path}/live?target={target}");

        var recorded = await RecordedAsync(reader);
        Assert.Equal(
            [
                ("audit.read", $$"""{"type":"order.","actor":true,"target":"{{target}}","address":true,"words":true}"""),
                ("audit.read", $$"""{"event":"{{sent["id"]}}"}"""),
                ("audit.exported", $$"""{"target":"{{target}}","format":"csv","after":3}"""),
                ("audit.followed", $$"""{"target":"{{target}}"}"""),
            ],
            recorded.Select(told => (told.Text("type")!, Sorted(told.GetProperty("after")))));
        Assert.All(recorded, told => Assert.Equal(("client", "audit-trail"), (told.GetProperty("actor").Text("type"), told.GetProperty("target").Text("type"))));
    }

    [Fact]
    public async Task AUD_05_Who_is_refused_has_read_nothing()
    {
        using var reader = await system.AuditorAsync();

        await reader.GetAsync($"{TrailEvents.Path}?q=...", Cancellation).RefusedAsync("q");
        await reader.GetAsync($"{TrailEvents.Path}/{Guid.CreateVersion7()}", Cancellation).ProblemAsync(HttpStatusCode.NotFound, "audit-event-not-found");
        await reader.GetAsync($"{TrailEvents.Path}/export?format=xml", Cancellation).RefusedAsync("format");
        await reader.GetAsync($"{TrailEvents.Path}/live", Cancellation).ProblemAsync(HttpStatusCode.UpgradeRequired, "web-socket-required");

        Assert.Empty(await RecordedAsync(reader));
    }

    // By another reader, in the order of the trail.
    private async Task<List<JsonElement>> RecordedAsync(HttpClient reader)
    {
        using var other = await system.AuditorAsync();
        var subject = new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(reader.DefaultRequestHeaders.Authorization!.Parameter).Subject;
        var found = (await other.ListAsync($"type=audit.&actor={subject}")).Items();
        found.Reverse();
        return found;
    }

    private static string Sorted(JsonElement state)
    {
        string[] order = ["type", "actor", "target", "session", "client", "from", "to", "succeeded", "address", "words", "event", "format", "after"];
        var members = state.EnumerateObject().OrderBy(member => Array.IndexOf(order, member.Name));
        return $"{{{string.Join(',', members.Select(member => $"\"{member.Name}\":{member.Value.GetRawText()}"))}}}";
    }
}
