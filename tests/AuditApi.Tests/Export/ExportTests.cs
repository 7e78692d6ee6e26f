using UserDomain.AuditApi.Export;
using UserDomain.AuditApi.Tests.AuditEvents;
using UserDomain.AuditApi.Tests.Heads;
using UserDomain.AuditApi.Tests.Verification;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AuditApi.Tests.Export;

/// <summary>A file, and somebody who has changed it or the database it was made of, and has no key (AUD-03, AUD-05).</summary>
public sealed class ExportTests(SealedTrail trail) : IClassFixture<SealedTrail>
{
    private const int Early = 300;
    private const int Late = 1900;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AUD_03_an_export_is_verified_with_nothing_but_the_key_and_a_head_that_were_kept()
    {
        var lines = await LinesAsync();
        var key = (await trail.Client.KeyAsync()).ToString();
        var head = await trail.Client.GetStringAsync($"{TrailEvents.Path}/heads/latest", Cancellation);

        Assert.Contains($"Events 1 to {trail.Size} of", await VerifyAsync(lines, key, head), StringComparison.Ordinal);
        Assert.DoesNotContain("--key", await VerifyAsync(lines, key), StringComparison.Ordinal);
        Assert.Contains("who made the file is not proved", await VerifyAsync(lines), StringComparison.Ordinal);
        Assert.Equal(trail.Size, lines.LongCount(IsEvent));
    }

    [Fact]
    public async Task AUD_05_an_export_goes_on_where_an_earlier_one_ended_and_both_together_are_one()
    {
        var size = (await trail.HeadSizesAsync())[0];
        var all = await LinesAsync();
        var rest = await LinesAsync($"&after={size}");
        var first = all.TakeWhile(line => !IsEvent(line) || Sequence(line) <= size).ToList();

        Assert.Contains($"Events {size + 1} to {trail.Size} of", await VerifyAsync(rest), StringComparison.Ordinal);
        Assert.Contains($"Events 1 to {trail.Size} of", await VerifyAsync([.. first, .. rest]), StringComparison.Ordinal);
        Assert.Contains("is missing", await RefusedAsync([.. first.Where(line => !IsEvent(line) || Sequence(line) != 7), .. rest]), StringComparison.Ordinal);
        Assert.Equal(2, (await LinesAsync($"&after={trail.Size}")).Count(line => !line.StartsWith("{\"head\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("format", "")]
    [InlineData("format", "?format=xml")]
    [InlineData("format", "?format=sealed&type=user.")]
    [InlineData("after", "?format=sealed&after=-1")]
    [InlineData("after", "?format=sealed&after=99999999")]
    [InlineData("after", "?format=csv&after=-1")]
    [InlineData("q", "?format=csv&q=...")]
    public async Task An_export_that_cannot_be_made_is_refused(string member, string query) =>
        await trail.Client.GetAsync($"{TrailEvents.Path}/export{query}", Cancellation).RefusedAsync(member);

    [Theory]
    [InlineData("\"succeeded\":true", "\"succeeded\":false")]
    [InlineData("\"type\":\"order.approved\"", "\"type\":\"order.approve\"")]
    [InlineData("\"targetName\":\"Order 7\"", "\"targetName\":\"Order 8\"")]
    [InlineData("\\\"number\\\":", "\\\"numbeR\\\":")]
    [InlineData("\"time\":\"20", "\"time\":\"21")]
    [InlineData("\"receivedAt\":\"20", "\"receivedAt\":\"21")]
    [InlineData("\"address\":\"", "\"address\":\"1")]
    [InlineData("{\"actorId\":\"", "{\"actorId\":\"x")]
    [InlineData("{\"actorId\":", "{\"actorId\": ")]
    [InlineData("\"sequence\":", "\"sequence\":x")]
    public async Task AUD_03_a_changed_event_is_named(string text, string changed)
    {
        foreach (var sequence in new[] { Early, Late })
        {
            var lines = await LinesAsync();
            var place = lines.FindIndex(line => IsEvent(line) && Sequence(line) == sequence);
            Assert.Contains(text, lines[place], StringComparison.Ordinal);
            lines[place] = lines[place].Replace(text, changed, StringComparison.Ordinal);

            Assert.Contains($"Event {sequence} is not as it was appended", await RefusedAsync(lines), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task AUD_03_a_changed_event_is_found_though_the_hashes_of_the_file_were_made_anew_or_left_out()
    {
        var sizes = await trail.HeadSizesAsync();
        var (first, last) = (sizes.LastOrDefault(size => size < Early) + 1, sizes.First(size => size >= Early));
        var lines = await LinesAsync();
        var place = lines.FindIndex(line => IsEvent(line) && Sequence(line) == Early);
        lines[place] = lines[place].Replace("Order 7", "Order 8", StringComparison.Ordinal);

        Assert.Contains($"At least one of the events {first} to {last}", await RefusedAsync([.. lines.Where(line => !line.StartsWith("{\"leaves\"", StringComparison.Ordinal))]), StringComparison.Ordinal);
        Assert.Contains($"At least one of the events {first} to {last}", await RefusedAsync([.. Rehashed(lines)]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AUD_03_a_line_that_was_left_out_moved_or_repeated_is_named()
    {
        var lines = await LinesAsync();
        var place = lines.FindIndex(line => IsEvent(line) && Sequence(line) == Early);

        Assert.Contains("Event 300 is missing", await RefusedAsync([.. lines[..place], .. lines[(place + 1)..]]), StringComparison.Ordinal);
        Assert.Contains("Event 300 was appended as event 301", await RefusedAsync([.. lines[..place], lines[place + 1], lines[place], .. lines[(place + 2)..]]), StringComparison.Ordinal);
        Assert.Contains("Event 300 was not appended", await RefusedAsync([.. lines[..(place + 1)], lines[place], .. lines[(place + 1)..]]), StringComparison.Ordinal);

        // Their contents changed places, and not their numbers.
        var (one, other) = (lines[place], lines[place + 1]);
        lines[place] = other.Replace("\"sequence\":301", "\"sequence\":300", StringComparison.Ordinal);
        lines[place + 1] = one.Replace("\"sequence\":300", "\"sequence\":301", StringComparison.Ordinal);
        Assert.Contains("Event 300 was appended as event 301", await RefusedAsync(lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AUD_03_a_file_that_was_cut_is_told()
    {
        var lines = await LinesAsync();
        var sizes = await trail.HeadSizesAsync();
        var head = await trail.Client.GetStringAsync($"{TrailEvents.Path}/heads/latest", Cancellation);
        var toFirstHead = lines[..(lines.FindIndex(line => line.StartsWith("{\"head\"", StringComparison.Ordinal)) + 1)];
        var end = $$"""{"end":{{sizes[0]}}}""";

        Assert.Contains("missing", await RefusedAsync(lines[..^1]), StringComparison.Ordinal);
        Assert.Contains("Events 1 to", await VerifyAsync([.. toFirstHead, end]), StringComparison.Ordinal);
        Assert.Contains($"The events {sizes[0] + 1} to {trail.Size} are missing", await RefusedAsync([.. toFirstHead, end], head: head), StringComparison.Ordinal);
        Assert.Contains("nothing signed proves", await RefusedAsync([.. lines.Where(line => !line.StartsWith("{\"head\"", StringComparison.Ordinal))]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AUD_03_what_was_changed_in_the_database_before_the_export_is_named_too()
    {
        await NamesAsync("Event 300 is not as it was appended", trail => trail.RunAsync("UPDATE EVENTS SET target_name = 'x' WHERE sequence = 300"));
        await NamesAsync("Event 300 is missing", trail => trail.RunAsync("DELETE FROM EVENTS WHERE sequence = 300"));
        await NamesAsync("The events 1991 to", trail => trail.RunAsync("DELETE FROM EVENTS WHERE sequence > 1990"));
        await NamesAsync("At least one of the events", async trail =>
        {
            await trail.RunAsync("UPDATE EVENTS SET target_name = 'x' WHERE sequence = 300");
            await trail.RehashAsync(300);
        });
        await NamesAsync("Event 300 was appended as event 310", async trail =>
        {
            await trail.RunAsync("UPDATE EVENTS SET sequence = 1000000 WHERE sequence = 300");
            await trail.RunAsync("UPDATE EVENTS SET sequence = 300 WHERE sequence = 310");
            await trail.RunAsync("UPDATE EVENTS SET sequence = 310 WHERE sequence = 1000000");
        });
    }

    [Fact]
    public async Task AUD_03_another_key_a_forged_head_and_a_file_of_something_else_are_refused()
    {
        var lines = await LinesAsync();
        var forged = lines.ConvertAll(line => line.StartsWith("{\"head\"", StringComparison.Ordinal) ? line.Replace("time 2", "time 3", StringComparison.Ordinal) : line);

        Assert.Contains("of another trail", await RefusedAsync(lines, "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"), StringComparison.Ordinal);
        Assert.Contains("was not signed with the key", await RefusedAsync(forged), StringComparison.Ordinal);
        Assert.Contains("A key looks like", await RefusedAsync(lines, "nonsense"), StringComparison.Ordinal);
        Assert.Contains("is not signed by the key", await RefusedAsync(lines, head: "a\n1\nb\n\n\u2014 c d\n"), StringComparison.Ordinal);
        Assert.Contains("no sealed export", await RefusedAsync(["text"]), StringComparison.Ordinal);
        Assert.Contains("no sealed export", await RefusedAsync([]), StringComparison.Ordinal);
        Assert.Contains("cannot be read", await RefusedAsync(["""{"trail":"user-domain-audit-2"}"""]), StringComparison.Ordinal);
        Assert.Contains("cannot be read", await RefusedAsync([lines[0].Replace("\"subtrees\":[]", "\"subtrees\":[\"AA==\"]", StringComparison.Ordinal)]), StringComparison.Ordinal);
    }

    private async Task NamesAsync(string detail, Func<SealedTrail, Task> change)
    {
        List<string> lines = [];
        await trail.VerifiedAfterAsync(async trail =>
        {
            await change(trail);
            lines = await LinesAsync();
        });

        Assert.Contains(detail, await RefusedAsync(lines), StringComparison.Ordinal);
    }

    private static bool IsEvent(string line) => line.StartsWith("{\"actorId\"", StringComparison.Ordinal);

    private static long Sequence(string line) => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("sequence").GetInt64();

    private static IEnumerable<string> Rehashed(List<string> lines)
    {
        List<byte> leaves = [];
        foreach (var line in lines)
        {
            if (IsEvent(line))
            {
                leaves.AddRange(UserDomain.AuditApi.Integrity.MerkleTree.LeafHash(System.Text.Encoding.UTF8.GetBytes(line)));
            }

            yield return line.StartsWith("{\"leaves\"", StringComparison.Ordinal) ? $$"""{"leaves":"{{Convert.ToBase64String([.. leaves])}}"}""" : line;
            if (line.StartsWith("{\"leaves\"", StringComparison.Ordinal))
            {
                leaves.Clear();
            }
        }
    }

    private async Task<List<string>> LinesAsync(string query = "")
    {
        using var answer = await trail.Client.GetAsync($"{TrailEvents.Path}/export?format=sealed{query}", Cancellation);
        Assert.Equal("application/jsonl", answer.Content.Headers.ContentType?.MediaType);
        return [.. (await answer.Content.ReadAsStringAsync(Cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static async Task<string> RefusedAsync(IEnumerable<string> lines, string? key = null, string? head = null) =>
        (await Assert.ThrowsAsync<StartupException>(() => VerifyAsync(lines, key, head))).Message;

    private static async Task<string> VerifyAsync(IEnumerable<string> lines, string? key = null, string? head = null)
    {
        using var folder = new TestFolder();
        var (file, note) = (Path.Combine(folder.Path, "export.jsonl"), Path.Combine(folder.Path, "head"));
        await File.WriteAllLinesAsync(file, lines, Cancellation);
        List<string> args = [file];
        if (key is not null)
        {
            args.AddRange(["--key", key]);
        }

        if (head is not null)
        {
            await File.WriteAllTextAsync(note, head, Cancellation);
            args.AddRange(["--head", note]);
        }

        using var output = new StringWriter();
        await VerifyCommand.RunAsync([.. args], output);
        return output.ToString();
    }
}
