namespace UserDomain.AuditApi.Tests.AuditEvents;

/// <summary>Events for tests, and calls they share.</summary>
internal static class TrailEvents
{
    public const string Path = "api/v1/audit-events";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>An event nothing is wrong with, some members changed; null removes one.</summary>
    public static Dictionary<string, object?> Valid(params (string Member, object? Value)[] changes)
    {
        var sent = new Dictionary<string, object?>
        {
            ["id"] = Guid.CreateVersion7(),
            ["type"] = "order.approved",
            ["time"] = "2026-01-02T03:04:05Z",
            ["target"] = new { type = "order", id = Guid.CreateVersion7().ToString(), name = "Order 7" },
            ["succeeded"] = true,
        };
        foreach (var (member, value) in changes)
        {
            sent[member] = value;
        }

        return sent.Where(pair => pair.Value is not null).ToDictionary();
    }

    public static Task<HttpClient> AuditorAsync(this RunningSystem system) => system.ClientWithAsync(["audit:read", "audit:write"]);

    public static Task<HttpResponseMessage> AppendAsync(this HttpClient client, params object[] events) =>
        client.PostAsJsonAsync(Path, new { events }, Cancellation);

    public static async Task<(int Accepted, int Known)> AppendedAsync(this HttpClient client, params object[] events)
    {
        var answer = await client.AppendAsync(events).BodyAsync();
        return (answer.GetProperty("accepted").GetInt32(), answer.GetProperty("known").GetInt32());
    }

    public static Task<JsonElement> ReadAsync(this HttpClient client, Dictionary<string, object?> sent) => client.GetAsync($"{Path}/{sent["id"]}", Cancellation).BodyAsync();

    public static Task<JsonElement> ListAsync(this HttpClient client, string query) => client.GetAsync($"{Path}?{query}", Cancellation).BodyAsync();
}
