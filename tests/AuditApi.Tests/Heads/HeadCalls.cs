using UserDomain.AuditApi.Integrity;
using UserDomain.AuditApi.Tests.AuditEvents;

namespace UserDomain.AuditApi.Tests.Heads;

/// <summary>What tests ask of heads and proofs.</summary>
internal static class HeadCalls
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task<JsonElement> AskAsync(this HttpClient client, string path) => client.GetAsync($"{TrailEvents.Path}/{path}", Cancellation).BodyAsync();

    public static async Task<NoteVerifier> KeyAsync(this HttpClient client) => NoteVerifier.Parse(await client.GetStringAsync($"{TrailEvents.Path}/heads/key", Cancellation));

    public static async Task<Checkpoint> LatestAsync(this HttpClient client) =>
        Checkpoint.Open(await client.GetStringAsync($"{TrailEvents.Path}/heads/latest", Cancellation), await client.KeyAsync())!;

    /// <summary>The newest head once it covers an event.</summary>
    public static async Task<Checkpoint> SealedAsync(this HttpClient client, long sequence)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var answer = await client.GetAsync($"{TrailEvents.Path}/heads/latest", Cancellation);
            var head = answer.IsSuccessStatusCode ? await client.LatestAsync() : null;
            if (head?.Size >= sequence)
            {
                return head;
            }

            Assert.True(attempt < 300, $"No head of event {sequence} within 30 s.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), Cancellation);
        }
    }

    public static byte[][] Hashes(this JsonElement proof) => [.. proof.GetProperty("path").EnumerateArray().Select(hash => hash.GetBytesFromBase64())];
}
