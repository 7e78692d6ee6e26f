using UserDomain.Contracts;

namespace UserDomain.SessionApi.Tests.Sessions;

/// <summary>Calls tests of sessions share.</summary>
internal static class SessionsApi
{
    public const string Path = "api/v1/sessions";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task<HttpClient> SessionManagerAsync(this RunningSystem system) => system.ClientWithAsync([Scopes.SessionsRead, Scopes.SessionsWrite]);

    public static Task<HttpResponseMessage> PostSessionAsync(this HttpClient client, object session, string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = JsonContent.Create(session) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return client.SendAsync(request, Cancellation);
    }

    /// <summary>Opens a session and gives its id.</summary>
    public static async Task<Guid> OpenAsync(this HttpClient client, Guid user) =>
        (await client.PostSessionAsync(new { userId = user }).BodyAsync(HttpStatusCode.Created)).GetProperty("id").GetGuid();

    public static Task<HttpResponseMessage> GetSessionAsync(this HttpClient client, Guid id) => client.GetAsync($"{Path}/{id}", Cancellation);

    public static Task<JsonElement> ListAsync(this HttpClient client, string query) => client.GetAsync($"{Path}?{query}", Cancellation).BodyAsync();

    public static Task<HttpResponseMessage> DeleteSessionAsync(this HttpClient client, Guid id) => client.DeleteAsync($"{Path}/{id}", Cancellation);

    public static async Task CloseAsync(this HttpClient client, Guid id)
    {
        using var answer = await client.DeleteSessionAsync(id);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    /// <summary>Closes all sessions of a user and gives their number.</summary>
    public static async Task<int> CloseAllAsync(this HttpClient client, Guid user) =>
        (await client.DeleteAsync($"{Path}?user={user}", Cancellation).BodyAsync()).GetProperty("closed").GetInt32();

    public static List<Guid> Ids(this JsonElement page) => [.. page.Items().Select(item => item.GetProperty("id").GetGuid())];

    /// <summary>Every event of a type the audit trail has about something, once what happened until now is in it.</summary>
    public static async Task<List<JsonElement>> EventsAsync(this RunningSystem system, Guid target, string type)
    {
        using var manager = await system.SessionManagerAsync();
        await system.EventAsync(await manager.OpenAsync(await system.CreateUserAsync()), "session.created");
        using var auditor = await system.ClientWithAsync([Scopes.AuditRead]);
        return (await auditor.GetAsync($"api/v1/audit-events?target={target}&type={type}", Cancellation).BodyAsync()).Items();
    }
}
