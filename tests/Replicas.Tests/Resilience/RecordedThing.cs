using System.Globalization;
using System.Text.Json.Nodes;

namespace UserDomain.Replicas.Tests.Resilience;

/// <summary>A kind of thing that is made, changed and deleted, and what the trail calls it.</summary>
/// <param name="Name">As in the types of its events: <c>role</c> in <c>role.created</c>.</param>
/// <param name="Scope">With which it is written.</param>
/// <param name="Path">Where it is made, below <c>api/v1/</c>.</param>
/// <param name="Member">The member that is changed; null where nothing can be changed.</param>
/// <param name="Body">What it is made of.</param>
/// <param name="Key">The member by which the trail calls it.</param>
internal sealed record RecordedKind(string Name, string Scope, string Path, string? Member, Func<JsonObject> Body, string Key = "id");

/// <summary>
/// One thing from its making to its end, while parts of the installation are killed. Its changes are numbered, and each event tells what was there before: an event that is missing, or there
/// twice, or in another order, or of a change that never was, does not fit to its neighbours.
/// </summary>
internal sealed class RecordedThing(RecordedKind kind)
{
    private const int Changes = 6;
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(200);

    private readonly SortedSet<int> _acknowledged = [];
    private int _failures;

    /// <summary>What the trail calls it.</summary>
    public string Target { get; private set; } = "";

    /// <summary>What it is.</summary>
    public RecordedKind Kind => kind;

    /// <summary>How many requests had no good answer: nobody knows what became of them.</summary>
    public int Failures => _failures;

    /// <summary>How many changes were acknowledged, its making and its end among them.</summary>
    public int Acknowledged => _acknowledged.Count + 2;

    /// <summary>Makes it, changes it and deletes it.</summary>
    public async Task LiveAsync(ServiceClient service)
    {
        var key = $"\"{Guid.CreateVersion7():n}\"";
        var body = kind.Body();
        JsonElement? made = null;
        while (made is null)
        {
            made = await TryAsync(service, HttpMethod.Post, kind.Path, body, HttpStatusCode.Created, key);
        }

        Target = made.Value.Text(kind.Key)!;
        var path = $"{kind.Path}/{made.Value.Text("id")}";
        for (var number = 1; number <= Changes && kind.Member is not null; number++)
        {
            if (await TryAsync(service, HttpMethod.Patch, path, new() { [kind.Member] = Text(number) }, HttpStatusCode.OK) is not null)
            {
                _acknowledged.Add(number);
            }
        }

        while (await TryAsync(service, HttpMethod.Delete, path, body: null, HttpStatusCode.NoContent) is null)
        {
            // One whose answer was lost is answered 404 the next time.
        }
    }

    /// <summary>Holds what the trail has of it against what was done.</summary>
    /// <param name="events">In the order of the trail.</param>
    public void AssertRecorded(IReadOnlyList<JsonElement> events)
    {
        var told = $"{kind.Name} {Target}, acknowledged {string.Join(' ', _acknowledged)}: {string.Join('\n', events)}";
        Assert.True(events.Count >= 2, told);
        Assert.True(events[0].Text("type") == $"{kind.Name}.created" && events[^1].Text("type") is { } end && (end == $"{kind.Name}.deleted" || end == $"{kind.Name}.closed"), told);
        var changes = events.Skip(1).SkipLast(1).ToList();
        Assert.All(changes, change => Assert.True(change.Text("type") == $"{kind.Name}.updated", told));
        if (kind.Member is not { } member)
        {
            Assert.True(changes.Count == 0, told);
            return;
        }

        var states = events.SkipLast(1).Select(change => Number(change.GetProperty("after").Text(member)!)).ToList();
        Assert.True(states.SequenceEqual(states.Order().Distinct()) && _acknowledged.All(states.Contains), told);
        Assert.True(states.SequenceEqual(events.Skip(1).Select(change => Number(change.GetProperty("before").Text(member)!))), told);
    }

    /// <summary>A member's value by its number; 0 is what the thing is made with.</summary>
    public static string Text(int number) => $"number {number}";

    private static int Number(string text) => int.Parse(text.AsSpan("number ".Length), CultureInfo.InvariantCulture);

    private async Task<JsonElement?> TryAsync(ServiceClient service, HttpMethod method, string path, JsonObject? body, HttpStatusCode good, string? key = null)
    {
        await Task.Delay(Between);
        try
        {
            var client = await service.GetAsync();
            using var request = new HttpRequestMessage(method, $"api/v1/{path}") { Content = body is null ? null : JsonContent.Create(body) };
            if (key is not null)
            {
                request.Headers.Add("Idempotency-Key", key);
            }

            using var answer = await client.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            if (answer.StatusCode == good || (method == HttpMethod.Delete && answer.StatusCode == HttpStatusCode.NotFound))
            {
                return JsonSerializer.Deserialize<JsonElement>(text is [_, ..] && answer.StatusCode == good ? text : "{}");
            }

            Assert.True((int)answer.StatusCode is >= 500 or 409 or 429, $"{method} {path}: {(int)answer.StatusCode} {text}");
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or JsonException)
        {
            // Whoever was to answer was killed.
        }

        _failures++;
        await Task.Delay(AfterFailure);
        return null;
    }
}
