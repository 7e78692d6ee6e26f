using System.Globalization;
using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.AuditApi.Tests.AuditEvents;
using UserDomain.Contracts;

namespace UserDomain.AuditApi.Tests.Subjects;

/// <summary>Somebody with a name, an e-mail address and a network address that nobody else has.</summary>
internal sealed record Person(Guid Id, string Name, string Email, string Address)
{
    private static int _made;

    public AuditParty Party => new("user", Id.ToString(), Name);

    public static Person New()
    {
        var (id, number) = (Guid.CreateVersion7(), Interlocked.Increment(ref _made));
        var word = $"{(char)('a' + (number % 26))}{id.ToString("n")[20..]}";
        return new(id, $"Zoë {word}", $"{word}@people.example.test", $"2001:db8::{number:x}:{id.ToString("n")[^4..]}");
    }
}

/// <summary>Events about persons, and what tests look at of them.</summary>
internal static class PersonalEvents
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static AuditEventRecord EventOf(string type, Person? actor, AuditParty target, object? before = null, object? after = null, string? address = null) => new(
        Guid.CreateVersion7(), type, TimeProvider.System.GetUtcNow(), actor?.Party, "some-client", null, address ?? actor?.Address, target, Succeeded: true,
        before is null ? null : JsonSerializer.SerializeToElement(before, JsonSerializerOptions.Web), after is null ? null : JsonSerializer.SerializeToElement(after, JsonSerializerOptions.Web), null);

    /// <summary>One person has changed another.</summary>
    public static AuditEventRecord Update(Person actor, Person target) => EventOf(
        AuditEventTypes.UserUpdated, actor, target.Party, new { email = "old-" + target.Email, version = 1 }, new { email = target.Email, displayName = target.Name, version = 2 });

    /// <summary>Appends as the product's own services do.</summary>
    public static Task<int> HappenedAsync(this RunningSystem system, params AuditEventRecord[] events) =>
        system.InTrailAsync<AuditTrail, int>(trail => trail.AppendAsync(events, TimeProvider.System.GetUtcNow(), Cancellation));

    public static Task<JsonElement> ReadAsync(this HttpClient client, AuditEventRecord sent) => client.GetAsync($"{TrailEvents.Path}/{sent.Id}", Cancellation).BodyAsync();

    public static Task<HttpClient> EraserAsync(this RunningSystem system) => system.ClientWithAsync(["audit:read", "audit:write", "audit:erase"]);

    public static Task<HttpResponseMessage> EraseAsync(this HttpClient client, object? subject) => client.PostAsJsonAsync($"{TrailEvents.Path}/erasures", new { subject }, Cancellation);

    public static Task<JsonElement> ErasedAsync(this HttpClient client, Person person) => client.EraseAsync(person.Id).BodyAsync();

    /// <summary>Everything the row of an event has, as text.</summary>
    public static Task<string> RowAsync(this RunningSystem system, AuditEventRecord sent) => system.InTrailAsync(async store =>
    {
        var sequence = await SequenceAsync(store, sent);
        await store.Database.OpenConnectionAsync(Cancellation);
        await using var command = store.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"SELECT * FROM {(store is PostgreSqlAuditContext ? "audit." : "")}audit_events WHERE sequence = {sequence.ToString(CultureInfo.InvariantCulture)}";
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        Assert.True(await reader.ReadAsync(Cancellation));
        return string.Join('\n', Enumerable.Range(0, reader.FieldCount).Select(column => $"{reader.GetName(column)}={reader.GetValue(column)}"));
    });

    /// <summary>The place of an event in the trail.</summary>
    public static Task<long> SequenceAsync(this RunningSystem system, AuditEventRecord sent) => system.InTrailAsync(store => SequenceAsync(store, sent));

    /// <summary>Changes the database behind the back of the product; in the text stand <c>EVENTS</c> and <c>KEYS</c> for the tables.</summary>
    public static Task<int> TamperAsync(this RunningSystem system, string sql) => system.InTrailAsync(store =>
    {
        var schema = store is PostgreSqlAuditContext ? "audit." : "";
        return store.Database.ExecuteSqlRawAsync(sql.Replace("EVENTS", schema + "audit_events", StringComparison.Ordinal).Replace("KEYS", schema + "subject_keys", StringComparison.Ordinal), Cancellation);
    });

    public static bool IsNull(this JsonElement element, string member) => element.GetProperty(member).ValueKind == JsonValueKind.Null;

    public static bool IsErased(this JsonElement found) => found.GetProperty("erased").GetBoolean();

    public static long Sequence(this JsonElement found) => found.GetProperty("sequence").GetInt64();

    private static Task<long> SequenceAsync(AuditContext store, AuditEventRecord sent) => store.AuditEvents.Where(row => row.Id == sent.Id).Select(row => row.Sequence).SingleAsync(Cancellation);
}
