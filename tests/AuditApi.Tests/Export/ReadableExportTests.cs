using System.Text;
using System.Text.RegularExpressions;
using Microsoft.VisualBasic.FileIO;
using UserDomain.AuditApi.Tests.AuditEvents;

namespace UserDomain.AuditApi.Tests.Export;

/// <summary>The trail in the forms other programs read (AUD-05).</summary>
public sealed class ReadableExportTests(RunningSystem system)
{
    private const string Formula = "=HYPERLINK(\"https://x.example/\",\"a|b\\c=d]\")";
    private static readonly Dictionary<string, string> State = new() { ["note"] = "two\nlines, \"quoted\" ]|=\\" };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("jsonl", "application/jsonl")]
    [InlineData("csv", "text/csv")]
    [InlineData("cloudevents", "application/jsonl")]
    [InlineData("ocsf", "application/jsonl")]
    [InlineData("cef", "text/plain")]
    [InlineData("syslog", "text/plain")]
    public async Task AUD_05_Each_format_has_what_a_filter_names_in_order_and_goes_on_after_any_event(string format, string mediaType)
    {
        using var client = await system.AuditorAsync();
        var type = OwnType();
        var events = Enumerable.Range(0, 620).Select(number => TrailEvents.Valid(("type", type), ("target", new { type = "order", id = $"number {number}", name = Formula }), ("after", State))).ToList();
        foreach (var batch in events.Chunk(200))
        {
            await client.AppendedAsync([.. batch]);
            await client.AppendedAsync(TrailEvents.Valid());
        }

        using var answer = await client.GetAsync($"{TrailEvents.Path}/export?format={format}&type={type}", Cancellation);
        var all = await LinesAsync(answer, format);
        var middle = (await client.ReadAsync(events[599])).GetProperty("sequence").GetInt64();
        using var resumed = await client.GetAsync($"{TrailEvents.Path}/export?format={format}&type={type}&after={middle}", Cancellation);
        var rest = await LinesAsync(resumed, format);

        Assert.Equal(mediaType, answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(Enumerable.Range(0, 620), all.Select(NumberIn));
        Assert.Equal(all[600..], rest);
    }

    [Fact]
    public async Task AUD_05_Lines_of_JSON_are_the_events_as_they_are_read()
    {
        using var client = await system.AuditorAsync();
        var (sent, lines) = await ExportedAsync(client, "jsonl", "order.approved");

        Assert.True(JsonElement.DeepEquals(await client.ReadAsync(sent), JsonSerializer.Deserialize<JsonElement>(lines[0])), lines[0]);
    }

    [Fact]
    public async Task OUT_02_A_spreadsheet_takes_nothing_in_a_table_for_a_formula()
    {
        using var client = await system.AuditorAsync();
        var (sent, lines) = await ExportedAsync(client, "csv", "order.approved", name: Formula);
        using var parser = new TextFieldParser(new StringReader(string.Join("\r\n", lines))) { Delimiters = [","], HasFieldsEnclosedInQuotes = true, TrimWhiteSpace = false };

        var names = parser.ReadFields()!;
        var row = names.Zip(parser.ReadFields()!).ToDictionary(pair => pair.First, pair => pair.Second);

        var read = await client.ReadAsync(sent);
        Assert.Equal("'" + Formula, row["targetName"]);
        Assert.Equal((read.GetProperty("sequence").ToString(), read.Text("id"), "order.approved", "true"), (row["sequence"], row["id"], row["type"], row["succeeded"]));
        Assert.Equal(State["note"], JsonSerializer.Deserialize<JsonElement>(row["after"]).Text("note"));
        Assert.True(parser.EndOfData);
    }

    [Fact]
    public async Task AUD_05_CloudEvents_are_those_that_are_delivered()
    {
        using var client = await system.AuditorAsync();
        var (sent, lines) = await ExportedAsync(client, "cloudevents", "order.approved");

        var told = JsonSerializer.Deserialize<JsonElement>(lines[0]);

        var read = await client.ReadAsync(sent);
        Assert.Equal(("1.0", read.Text("id"), "order.approved", system.PublicUrl.AbsoluteUri), (told.Text("specversion"), told.Text("id"), told.Text("type"), told.Text("source")));
        Assert.True(JsonElement.DeepEquals(read, told.GetProperty("data")), lines[0]);
    }

    [Theory]
    [InlineData("user.created", 3, 3001, 1)]
    [InlineData("user.disabled", 3, 3001, 5)]
    [InlineData("user.updated", 3, 3001, 99)]
    [InlineData("session.created", 3, 3002, 1)]
    [InlineData("session.closed", 3, 3002, 2)]
    [InlineData("role-assignment.deleted", 3, 3005, 2)]
    [InlineData("client.deleted", 3, 3004, 4)]
    [InlineData("consent.granted", 3, 3004, 99)]
    [InlineData("order.approved", 0, 0, 99)]
    public async Task AUD_05_Events_of_OCSF_are_of_the_class_that_fits(string type, int category, int classId, int activity)
    {
        using var client = await system.AuditorAsync();
        var (sent, lines) = await ExportedAsync(client, "ocsf", type);

        var told = JsonSerializer.Deserialize<JsonElement>(lines[0]);

        var read = await client.ReadAsync(sent);
        int Number(string member) => told.GetProperty(member).GetInt32();
        Assert.Equal((category, classId, activity, (classId * 100) + activity, 1), (Number("category_uid"), Number("class_uid"), Number("activity_id"), Number("type_uid"), Number("severity_id")));
        Assert.Equal((read.GetProperty("time").GetDateTimeOffset().ToUnixTimeMilliseconds(), 1), (told.GetProperty("time").GetInt64(), Number("status_id")));
        Assert.Equal(("1.3.0", read.Text("id")), (told.GetProperty("metadata").Text("version"), told.GetProperty("metadata").Text("uid")));
        Assert.Equal(State["note"], told.GetProperty("unmapped").GetProperty("after").Text("note"));
        Assert.DoesNotContain("null", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task AUD_05_CEF_escapes_what_would_end_a_member()
    {
        using var client = await system.AuditorAsync();
        var (sent, lines) = await ExportedAsync(client, "cef", "order.approved", name: Formula);

        var line = Assert.Single(lines);
        Assert.StartsWith("CEF:0|User Domain|User Domain|1|order.approved|order.approved|3|rt=", line, StringComparison.Ordinal);
        var members = Regex.Matches(line.Split('|', 8)[7], @"(?<key>\w+)=(?<value>(?:\\.|[^\\=])*?)(?= \w+=|$)", RegexOptions.None, TimeSpan.FromSeconds(1))
            .ToDictionary(match => match.Groups["key"].Value, match => Regex.Replace(match.Groups["value"].Value, @"\\(.)", escaped => escaped.Groups[1].Value == "n" ? "\n" : escaped.Groups[1].Value, RegexOptions.None, TimeSpan.FromSeconds(1)));
        Assert.Equal(sent["id"]!.ToString(), members["externalId"]);
        Assert.Equal($"order order-9 {Formula}", members["cs1"]);
        Assert.Equal(State["note"], JsonSerializer.Deserialize<JsonElement>(members["cs5"]).Text("note"));
    }

    [Fact]
    public async Task AUD_05_Messages_of_RFC_5424_have_everything_in_structured_data()
    {
        using var client = await system.AuditorAsync();
        var (sent, lines) = await ExportedAsync(client, "syslog", "order.approved", name: Formula, succeeded: false);

        var line = Assert.Single(lines);
        var parts = Regex.Match(line, """^<(?<pri>\d+)>1 (?<time>\S+) localhost user-domain - order\.approved \[userDomain@32473(?<data>(?: \w+="(?:\\.|[^"\\\]])*")+)\] order\.approved order order-9 by client """, RegexOptions.None, TimeSpan.FromSeconds(1));
        Assert.True(parts.Success, line);
        Assert.Equal("108", parts.Groups["pri"].Value);
        Assert.True(DateTimeOffset.TryParse(parts.Groups["time"].Value, System.Globalization.CultureInfo.InvariantCulture, out _));
        var data = Regex.Matches(parts.Groups["data"].Value, """ (?<key>\w+)="(?<value>(?:\\.|[^"\\\]])*)["]""", RegexOptions.None, TimeSpan.FromSeconds(1))
            .ToDictionary(match => match.Groups["key"].Value, match => Regex.Replace(match.Groups["value"].Value, @"\\([""\\\]])", "$1", RegexOptions.None, TimeSpan.FromSeconds(1)));
        Assert.Equal((sent["id"]!.ToString(), Formula, "false"), (data["id"], data["targetName"], data["succeeded"]));
        Assert.Equal(State["note"], JsonSerializer.Deserialize<JsonElement>(data["after"]).Text("note"));
    }

    // The events of one sender are one after the other, and nobody else uses this target.
    private static async Task<(Dictionary<string, object?> Sent, string[] Lines)> ExportedAsync(HttpClient client, string format, string type, string? name = null, bool succeeded = true)
    {
        var sent = TrailEvents.Valid(("type", type), ("target", new { type = "order", id = "order-9", name }), ("after", State), ("succeeded", succeeded));
        await client.AppendedAsync(sent);
        var sequence = (await client.ReadAsync(sent)).GetProperty("sequence").GetInt64();
        using var answer = await client.GetAsync($"{TrailEvents.Path}/export?format={format}&target=order-9&after={sequence - 1}", Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var lines = text.Split(format == "csv" ? "\r\n" : "\n")[..^1];
        return (sent, format == "csv" ? lines : [.. lines.Where(line => line.Contains(sent["id"]!.ToString()!, StringComparison.Ordinal))]);
    }

    private static async Task<List<string>> LinesAsync(HttpResponseMessage answer, string format)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var lines = Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync(Cancellation)).Split(format == "csv" ? "\r\n" : "\n")[..^1];
        return [.. format == "csv" ? lines[1..] : lines];
    }

    private static int NumberIn(string line) => int.Parse(Regex.Match(line, @"number (\d+)", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

    private static string OwnType() => $"t{Guid.CreateVersion7():n}.exported";
}
