using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;
using UserDomain.IdentityServer.Tests.Protocol;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.ClientApi;

/// <summary>Callers and calls that tests of the client API share.</summary>
internal static class ClientCalls
{
    public const string Read = "clients:read";
    public const string Write = "clients:write";
    public const string Callback = "https://shop.example.test/callback";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static string UniqueId(string prefix = "client") => $"{prefix}-{RandomNumberGenerator.GetHexString(16, lowercase: true)}";

    /// <summary>A service that manages clients and holds some permissions more.</summary>
    public static Task<HttpClient> ManagerAsync(this RunningSystem system, params string[] more) => system.ClientWithAsync([Read, Write], [Read, Write, .. more]);

    /// <summary>The client a caller is.</summary>
    public static string ClientId(this HttpClient caller) =>
        Jwt.ClaimsOf(caller.DefaultRequestHeaders.Authorization!.Parameter!).Text("client_id")!;

    /// <summary>Gives a client a built-in role.</summary>
    public static Task GiveAsync(this RunningSystem system, string clientId, string roleName) => system.InStoreAsync(async store =>
    {
        var role = await store.Roles.SingleAsync(row => row.Name == roleName, Cancellation);
        store.RoleAssignments.Add(new() { Id = Guid.CreateVersion7(), RoleId = role.Id, ClientId = clientId, CreatedAt = TimeProvider.System.GetUtcNow() });
        return await store.SaveChangesAsync(Cancellation);
    });

    public static Task<HttpResponseMessage> SendAsync(this HttpClient client, string method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), $"api/v1/{path}") { Content = body is null ? null : JsonContent.Create(body) };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return client.SendAsync(request, Cancellation);
    }

    /// <summary>Registers a service.</summary>
    public static Task<JsonElement> CreateServiceAsync(this HttpClient manager, params string[] scopes) =>
        manager.SendAsync("POST", "clients", new { clientId = UniqueId("service"), type = "service", scopes }).BodyAsync(HttpStatusCode.Created);

    /// <summary>Registers a web application whose codes a <see cref="WebVisitor"/> can take.</summary>
    public static Task<JsonElement> CreateWebAsync(this HttpClient manager, params string[] scopes) => manager.SendAsync("POST", "clients", new
    {
        clientId = UniqueId("web"),
        type = "web",
        redirectUris = new[] { WebVisitor.RedirectUri },
        scopes = new[] { "openid", "profile", "offline_access" }.Concat(scopes),
    }).BodyAsync(HttpStatusCode.Created);

    /// <summary>A browser in front of a client that was registered here.</summary>
    public static WebVisitor VisitorOf(this RunningSystem system, JsonElement client) =>
        new(system.PublicUrl, client.Text("clientId")!, client.Text("clientSecret")!, ["openid", "offline_access"]);

    /// <summary>Where a client is.</summary>
    public static string Path(this JsonElement client) => $"clients/{client.GetProperty("id").GetGuid()}";

    /// <summary>The client with a secret.</summary>
    public static ServiceClient With(this JsonElement client, string? secret = null) => new(client.Text("clientId")!, secret ?? client.Text("clientSecret")!);

    /// <summary>Asks for a token by client credentials.</summary>
    public static Task<HttpResponseMessage> TokenAsync(this RunningSystem system, ServiceClient client, params (string, string)[] more) =>
        system.PostAsync(client, "connect/token", [("grant_type", "client_credentials"), .. more]);

    /// <summary>Does what answers without a body.</summary>
    public static async Task DoneAsync(this Task<HttpResponseMessage> request) => Assert.Equal(HttpStatusCode.NoContent, (await request).StatusCode);

    /// <summary>The ids of the secrets a client is said to have.</summary>
    public static List<Guid> Secrets(this JsonElement client) => [.. client.GetProperty("secrets").EnumerateArray().Select(secret => secret.GetProperty("id").GetGuid())];

    /// <summary>Every event about a client, oldest first, once the last of them has arrived.</summary>
    public static async Task<List<JsonElement>> EventsAsync(this RunningSystem system, string clientId, string last)
    {
        using var auditor = await system.ClientWithAsync([Scopes.AuditRead]);
        for (var attempt = 0; ; attempt++)
        {
            var page = await auditor.SendAsync("GET", $"audit-events?target={clientId}&limit=200").BodyAsync();
            if (page.Items().Any(audit => audit.Text("type") == last))
            {
                return [.. page.Items().AsEnumerable().Reverse()];
            }

            Assert.True(attempt < 100, $"No event {last} of {clientId} within 10 s.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), Cancellation);
        }
    }
}
