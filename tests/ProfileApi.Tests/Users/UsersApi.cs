using UserDomain.Contracts;

namespace UserDomain.ProfileApi.Tests.Users;

/// <summary>Calls tests of users share.</summary>
internal static class UsersApi
{
    public const string Path = "api/v1/users";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static string UniqueName(string prefix = "user") => $"{prefix}-{Guid.CreateVersion7():N}";

    public static Task<HttpClient> UserWriterAsync(this RunningSystem system) => system.ClientWithAsync([Scopes.UsersRead, Scopes.UsersWrite]);

    /// <summary>A client that holds every permission there is.</summary>
    public static Task<HttpClient> AllPowerfulAsync(this RunningSystem system) =>
        system.ClientWithAsync([Scopes.UsersRead, Scopes.UsersWrite], [.. BuiltInRoles.Permissions.Keys]);

    public static Task<HttpResponseMessage> PostUserAsync(this HttpClient client, object user) => client.PostAsJsonAsync(Path, user, Cancellation);

    public static Task<HttpResponseMessage> GetUserAsync(this HttpClient client, Guid id) => client.GetAsync($"{Path}/{id}", Cancellation);

    public static Task<HttpResponseMessage> PatchUserAsync(this HttpClient client, Guid id, object change, string? ifMatch = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Patch, $"{Path}/{id}") { Content = JsonContent.Create(change) };
        if (ifMatch is not null)
        {
            request.Headers.Add("If-Match", ifMatch);
        }

        return client.SendAsync(request, Cancellation);
    }

    public static Task<HttpResponseMessage> DeleteUserAsync(this HttpClient client, Guid id) => client.DeleteAsync($"{Path}/{id}", Cancellation);

    public static Task<HttpResponseMessage> ActAsync(this HttpClient client, Guid id, string action) =>
        client.PostAsync($"{Path}/{id}/{action}", content: null, Cancellation);

    /// <summary>Creates a user and gives its id.</summary>
    public static async Task<Guid> CreateAsync(this HttpClient client, string? userName = null, string? email = null)
    {
        userName ??= UniqueName();
        var user = await client.PostUserAsync(new { userName, email = email ?? $"{userName}@example.test" }).BodyAsync(HttpStatusCode.Created);
        return user.GetProperty("id").GetGuid();
    }

    /// <summary>The user names a search finds, page by page.</summary>
    public static async Task<List<string>> SearchAsync(this HttpClient client, string query, int limit)
    {
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await client.GetAsync($"{Path}?query={Uri.EscapeDataString(query)}&limit={limit}&cursor={cursor}", Cancellation).BodyAsync();
            Assert.InRange(page.Items().Count, 1, limit);
            Assert.InRange(seen.Count, 0, 5_000);
            seen.AddRange(page.Items().Select(user => user.Text("userName")!));
            cursor = page.Text("nextCursor");
        }
        while (cursor is not null);

        return seen;
    }
}
