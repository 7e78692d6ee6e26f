using System.Buffers.Text;
using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;

namespace UserDomain.RoleApi.Tests;

/// <summary>Callers and calls that tests share.</summary>
internal static class RoleCalls
{
    private static readonly string[] BothScopes = [Scopes.RolesRead, Scopes.RolesWrite];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static string UniqueName(string prefix = "n") => $"{prefix}-{Guid.CreateVersion7():N}";

    public static string UniquePermission() => $"{UniqueName("p")}:act";

    /// <summary>A service that manages roles and holds some permissions more.</summary>
    public static Task<HttpClient> ManagerAsync(this RunningSystem system, params string[] more) => system.ClientWithAsync(BothScopes, [.. BothScopes, .. more]);

    /// <summary>A service with the administrator's role. No user is one, so who is the last administrator does not change.</summary>
    public static async Task<HttpClient> AdministratorAsync(this RunningSystem system)
    {
        var client = await system.ManagerAsync();
        await system.InStoreAsync(async store =>
        {
            var role = await store.Roles.SingleAsync(role => role.Name == BuiltInRoles.Administrator, Cancellation);
            store.RoleAssignments.Add(new() { Id = Guid.CreateVersion7(), RoleId = role.Id, ClientId = client.ClientId(), CreatedAt = TimeProvider.System.GetUtcNow() });
            return await store.SaveChangesAsync(Cancellation);
        });
        return client;
    }

    /// <summary>A user who signed in and holds a fresh role with these permissions, besides those it takes to manage roles.</summary>
    public static async Task<(Guid Id, HttpClient Client)> PersonAsync(this RunningSystem system, params string[] more)
    {
        using var administrator = await system.AdministratorAsync();
        var role = UniqueName("person");
        await administrator.CreateAsync("roles", new { name = role, permissions = BothScopes.Concat(more) });
        var id = await system.CreateUserAsync(roles: role);
        return (id, await system.SignedInAsync(id, BothScopes));
    }

    /// <summary>The id of a client that nobody calls with.</summary>
    public static async Task<string> OtherClientAsync(this RunningSystem system)
    {
        using var other = await system.ManagerAsync();
        return other.ClientId();
    }

    /// <summary>The client a token was issued to.</summary>
    public static string ClientId(this HttpClient client)
    {
        var payload = client.DefaultRequestHeaders.Authorization!.Parameter!.Split('.')[1];
        return JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(payload)).Text("client_id")!;
    }

    public static Task<HttpResponseMessage> SendAsync(
        this HttpClient client, string method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), $"api/v1/{path}");
        if (body is not null)
        {
            request.Content = body as HttpContent ?? JsonContent.Create(body);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return client.SendAsync(request, Cancellation);
    }

    public static Task<HttpResponseMessage> ReadAsync(this HttpClient client, string path) => client.SendAsync("GET", path);

    public static Task<HttpResponseMessage> PostJsonAsync(this HttpClient client, string path, object body) => client.SendAsync("POST", path, body);

    public static Task<HttpResponseMessage> PatchJsonAsync(this HttpClient client, string path, object body) => client.SendAsync("PATCH", path, body);

    public static Task<HttpResponseMessage> RemoveAsync(this HttpClient client, string path) => client.SendAsync("DELETE", path);

    /// <summary>Creates something and gives its id.</summary>
    public static async Task<Guid> CreateAsync(this HttpClient client, string resource, object body) =>
        (await client.PostJsonAsync(resource, body).BodyAsync(HttpStatusCode.Created)).Id();

    public static Task<Guid> CreateRoleAsync(this HttpClient client, params string[] permissions) =>
        client.CreateAsync("roles", new { name = UniqueName("role"), permissions });

    public static Task<Guid> CreateGroupAsync(this HttpClient client) => client.CreateAsync("groups", new { name = UniqueName("group") });

    /// <summary>Does what answers without a body.</summary>
    public static async Task DoneAsync(this Task<HttpResponseMessage> request)
    {
        using var response = await request;
        Assert.True(response.StatusCode == HttpStatusCode.NoContent, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Cancellation)}");
    }

    public static Guid Id(this JsonElement body) => body.GetProperty("id").GetGuid();

    public static List<string> Texts(this JsonElement body, string member) => [.. body.GetProperty(member).EnumerateArray().Select(item => item.GetString()!)];

    /// <summary>All items of a list, page by page.</summary>
    public static async Task<List<JsonElement>> AllAsync(this HttpClient client, string list, int limit)
    {
        var seen = new List<JsonElement>();
        var cursor = "";
        do
        {
            var page = await client.ReadAsync($"{list}limit={limit}{cursor}").BodyAsync();
            Assert.InRange(page.Items().Count, 0, limit);
            seen.AddRange(page.Items());
            cursor = page.Text("nextCursor") is { } next ? $"&cursor={next}" : null;
        }
        while (cursor is not null);

        return seen;
    }
}
