using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using UserDomain.Contracts;

namespace UserDomain.Replicas.Tests.Resilience;

/// <summary>Processes are killed at any moment of any work, and the trail still tells exactly what was done.</summary>
[Collection(nameof(ResilienceCollection))]
public sealed class KillTests(ReplicatedSystem system)
{
    // Once around shows that it holds; with more time it goes on for longer.
    private static readonly TimeSpan AtLeast = TimeSpan.FromMinutes(int.Parse(Environment.GetEnvironmentVariable("USER_DOMAIN_TEST_MINUTES") ?? "0", CultureInfo.InvariantCulture));
    private static readonly TimeSpan ToBeDelivered = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AUD_01_REL_08_Whoever_is_killed_when_each_change_has_exactly_one_event_in_order_and_no_event_is_without_its_change()
    {
        var kinds = await KindsAsync();
        var before = await LastSequenceAsync();
        var things = new ConcurrentQueue<RecordedThing>();
        using var over = new CancellationTokenSource();
        var living = kinds.Select(kind => Task.Run(() => LiveAsync(kind, things, over.Token))).ToList();
        var clock = Stopwatch.StartNew();
        var kills = 0;
        try
        {
            kills = (await Task.WhenAll(KillAsync("1", clock), KillAsync("2", clock))).Sum();
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(living);
        }

        var events = await EventsAfterAsync(before, things);

        foreach (var thing in things)
        {
            thing.AssertRecorded(events[thing.Target].ToList());
        }

        // What was made without anybody knowing of it would be here.
        var made = kinds.Select(kind => $"{kind.Name}.created").ToHashSet();
        Assert.Equal(things.Select(thing => thing.Target).Order(), events.Where(target => target.Any(told => made.Contains(told.Text("type")!))).Select(target => target.Key).Order());
        await AssertIntactAsync();
        Assert.All(kinds, kind => Assert.Contains(things, thing => thing.Kind == kind));
        TestContext.Current.SendDiagnosticMessage($"{clock.Elapsed.TotalSeconds:0} s, {kills} kills, {things.Count} things, {things.Sum(thing => thing.Acknowledged)} changes acknowledged, "
            + $"{things.Sum(thing => thing.Failures)} requests without a good answer, {events.Sum(target => target.Count())} events");
    }

    // In any order, but everybody; the two replicas of a service may be away at once.
    private async Task<int> KillAsync(string number, Stopwatch clock)
    {
        var kills = 0;
        do
        {
            var parts = Services.All.Select(service => $"{Names.Host(service)}-{number}").ToArray();
            RandomNumberGenerator.Shuffle(parts.AsSpan());
            foreach (var part in parts)
            {
                await Task.Delay(RandomNumberGenerator.GetInt32(500), Cancellation);
                await system.Installation.KillAsync(part, Cancellation);
                await Task.Delay(RandomNumberGenerator.GetInt32(500), Cancellation);
                await system.Installation.StartAsync(part, Cancellation);
                kills++;
            }
        }
        while (clock.Elapsed < AtLeast);

        return kills;
    }

    private async Task LiveAsync(RecordedKind kind, ConcurrentQueue<RecordedThing> things, CancellationToken over)
    {
        var service = await ServiceClient.CreateAsync(system, kind.Scope);
        while (!over.IsCancellationRequested)
        {
            var thing = new RecordedThing(kind);
            await thing.LiveAsync(service);
            things.Enqueue(thing);
        }
    }

    private async Task<IReadOnlyList<RecordedKind>> KindsAsync()
    {
        using var client = system.Client(accessToken: await system.ServiceTokenAsync(null, "users:read"));
        var user = (await client.GetAsync(new Uri("api/v1/users?query=alice", UriKind.Relative), Cancellation).BodyAsync()).Items()[0].Text("id");
        return
        [
            new("role", "roles:write", "roles", "description", () => Named("name")),
            new("permission", "roles:write", "permissions", "description", () => Named("name", prefix: "killed:x")),
            new("group", "roles:write", "groups", "description", () => Named("name")),
            new("user", "users:write", "users", "displayName", () => Named("userName", "displayName", more: name => ("email", $"{name}@example.test"))),
            new("client", "clients:write", "clients", "displayName", () => Named("clientId", "displayName", more: _ => ("type", "service")), "clientId"),
            new("webhook", "webhooks:write", "webhooks", "description", () => new() { ["url"] = "https://receiver.example.test/events", ["eventTypes"] = new JsonArray("nothing.happened"), ["description"] = RecordedThing.Text(0) }),
            new("session", "sessions:write", "sessions", null, () => new() { ["userId"] = user }),
        ];
    }

    private static JsonObject Named(string member, string changed = "description", string prefix = "killed-", Func<string, (string Member, string Value)>? more = null)
    {
        var name = $"{prefix}{Guid.CreateVersion7():n}";
        var body = new JsonObject { [member] = name, [changed] = RecordedThing.Text(0) };
        if (more?.Invoke(name) is { } other)
        {
            body[other.Member] = other.Value;
        }

        return body;
    }

    // The outbox of a service is emptied by whichever replica of it is there.
    private async Task<ILookup<string, JsonElement>> EventsAfterAsync(long sequence, IReadOnlyCollection<RecordedThing> things)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var events = new List<JsonElement>();
            string? next = "api/v1/audit-events?limit=200";
            while (next is not null)
            {
                var page = await ReadAsync(next);
                var found = page.Items().Where(told => told.GetProperty("sequence").GetInt64() > sequence).ToList();
                events.AddRange(found);
                next = found.Count == page.Items().Count && page.Text("nextCursor") is { } cursor ? $"api/v1/audit-events?limit=200&cursor={Uri.EscapeDataString(cursor)}" : null;
            }

            events.Reverse();
            var ended = events.Where(told => told.Text("type")!.EndsWith(".deleted", StringComparison.Ordinal) || told.Text("type") == "session.closed")
                .Select(told => told.GetProperty("target").Text("id")!).ToHashSet();
            if (things.All(thing => ended.Contains(thing.Target)) || clock.Elapsed > ToBeDelivered)
            {
                return events.ToLookup(told => told.GetProperty("target").Text("id")!);
            }

            await Task.Delay(TimeSpan.FromSeconds(1), Cancellation);
        }
    }

    private async Task AssertIntactAsync()
    {
        long? next = 1;
        while (next is not null)
        {
            var part = await ReadAsync(string.Create(CultureInfo.InvariantCulture, $"api/v1/audit-events/verification?from={next}"));
            Assert.True(part.GetProperty("intact").GetBoolean(), $"{part}");
            next = part.GetProperty("next").ValueKind == JsonValueKind.Null ? null : part.GetProperty("next").GetInt64();
        }
    }

    private async Task<long> LastSequenceAsync() => (await ReadAsync("api/v1/audit-events?limit=1")).Items()[0].GetProperty("sequence").GetInt64();

    private async Task<JsonElement> ReadAsync(string path)
    {
        using var client = system.Client(accessToken: await system.ServiceTokenAsync(null, "audit:read"), address: system.FreshAddress());
        return await client.GetAsync(new Uri(path, UriKind.Relative), Cancellation).BodyAsync();
    }
}
