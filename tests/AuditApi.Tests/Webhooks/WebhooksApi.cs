using UserDomain.AuditApi.Tests.AuditEvents;

namespace UserDomain.AuditApi.Tests.Webhooks;

/// <summary>Calls tests of webhooks share.</summary>
internal static class WebhooksApi
{
    public const string Root = "api/v1/webhooks";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task<HttpClient> WebhookManagerAsync(this RunningSystem system) => system.ClientWithAsync(["webhooks:read", "webhooks:write"]);

    public static Task<HttpResponseMessage> PostWebhookAsync(this HttpClient manager, object webhook) => manager.PostAsJsonAsync(Root, webhook, Cancellation);

    public static Task<JsonElement> CreateWebhookAsync(this HttpClient manager, Receiver receiver, params string[] eventTypes) =>
        manager.PostWebhookAsync(new { url = receiver.Url, eventTypes }).BodyAsync(HttpStatusCode.Created);

    public static Task<JsonElement> ReadWebhookAsync(this HttpClient manager, JsonElement webhook) => manager.GetAsync(webhook.Path(), Cancellation).BodyAsync();

    public static Task<JsonElement> ChangeWebhookAsync(this HttpClient manager, JsonElement webhook, object change) => manager.PatchAsJsonAsync(webhook.Path(), change, Cancellation).BodyAsync();

    public static Task<JsonElement> ReplayAsync(this HttpClient manager, JsonElement webhook, long after) => manager.PostAsJsonAsync($"{webhook.Path()}/replay", new { after }, Cancellation).BodyAsync();

    public static async Task<IReadOnlyList<JsonElement>> DeliveriesAsync(this HttpClient manager, JsonElement webhook, string? state = null) =>
        (await manager.GetAsync($"{webhook.Path()}/deliveries?limit=200{(state is null ? "" : $"&state={state}")}", Cancellation).BodyAsync()).Items();

    public static string Path(this JsonElement webhook) => $"{Root}/{webhook.Text("id")}";

    public static string Secret(this JsonElement webhook) => webhook.GetProperty("secrets")[0].Text("secret")!;

    public static long Position(this JsonElement webhook) => webhook.GetProperty("progress").GetProperty("position").GetInt64();

    /// <summary>Appends events of one type to the trail, in order.</summary>
    /// <returns>Their ids.</returns>
    public static async Task<IReadOnlyList<string>> HappenAsync(this HttpClient auditor, string type, int count, params string[] subjects)
    {
        var events = Enumerable.Range(0, count)
            .Select(number => TrailEvents.Valid(("type", type), ("target", new { type = "order", id = subjects.Length == 0 ? $"order-{number}" : subjects[number % subjects.Length] }))).ToList();
        foreach (var batch in events.Chunk(200))
        {
            await auditor.AppendedAsync([.. batch]);
        }

        return [.. events.Select(sent => sent["id"]!.ToString()!)];
    }

    /// <summary>A type of events that nobody else makes.</summary>
    public static string OwnType() => $"t{Guid.CreateVersion7():n}.happened";

    /// <summary>Waits until something has gone wrong.</summary>
    public static async Task<string> UntilFailingAsync(HttpClient manager, JsonElement webhook)
    {
        while (true)
        {
            var progress = (await manager.ReadWebhookAsync(webhook)).GetProperty("progress");
            if (progress.GetProperty("failures").GetInt32() > 0)
            {
                Assert.NotEqual(JsonValueKind.Null, progress.GetProperty("failingSince").ValueKind);
                Assert.NotEqual(JsonValueKind.Null, progress.GetProperty("nextAttemptAt").ValueKind);
                return progress.Text("lastError")!;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), Cancellation);
        }
    }

    /// <summary>Waits until so many deliveries were confirmed.</summary>
    public static async Task<IReadOnlyList<JsonElement>> DeliveredAsync(HttpClient manager, JsonElement webhook, int count)
    {
        IReadOnlyList<JsonElement> found;
        while ((found = await manager.DeliveriesAsync(webhook, "delivered")).Count < count)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), Cancellation);
        }

        return found;
    }
}
