using System.Net;
using System.Text.Json;
using UserDomain.IdentityServer.Tests.Protocol;
using UserDomain.IdentityServer.Tests.Protocol.Assertions;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.ClientApi;

/// <summary>Clients that prove themselves with a key, at the API (RFC 7523).</summary>
public sealed class ClientKeysTests(RunningSystem system)
{
    [Fact]
    public async Task CLI_01_A_client_is_registered_with_its_keys_and_has_no_secret()
    {
        using var key = DpopKey.Create();
        using var manager = await system.ManagerAsync("users:read");

        var client = await CreateAsync(manager, key);

        Assert.Equal("private_key_jwt", client.Text("tokenEndpointAuthMethod"));
        Assert.Single(client.GetProperty("jwks").GetProperty("keys").EnumerateArray());
        Assert.False(client.TryGetProperty("clientSecret", out _));
        Assert.Empty(client.Secrets());
        await system.AskWithAsync(system.AssertionOf(client.Text("clientId")!, key)).BodyAsync();
        await manager.SendAsync("POST", $"{client.Path()}/secrets").ProblemAsync(HttpStatusCode.UnprocessableEntity, "client-keeps-no-secret");
    }

    [Fact]
    public async Task CLI_01_A_client_goes_from_a_secret_to_keys_and_back_and_has_never_both()
    {
        using var key = DpopKey.Create();
        using var manager = await system.ManagerAsync("users:read");
        var client = await manager.CreateServiceAsync("users:read");
        var id = client.Text("clientId")!;

        var keyed = await ChangeAsync(manager, client, new { jwks = AssertionCalls.Set((AssertionCalls.Kid, key)) });
        Assert.Empty(keyed.Secrets());
        await system.TokenAsync(client.With()).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await system.AskWithAsync(system.AssertionOf(id, key)).BodyAsync();

        var back = await ChangeAsync(manager, keyed, new { tokenEndpointAuthMethod = "client_secret_basic" });
        Assert.Equal(43, back.Text("clientSecret")!.Length);
        Assert.Single(back.Secrets());
        Assert.Equal(JsonValueKind.Null, back.GetProperty("jwks").ValueKind);
        await system.TokenAsync(client.With(back.Text("clientSecret"))).BodyAsync();
        await system.AskWithAsync(system.AssertionOf(id, key)).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
    }

    [Fact]
    public async Task A_change_of_something_else_leaves_the_keys_as_they_are()
    {
        using var key = DpopKey.Create();
        using var manager = await system.ManagerAsync("users:read");
        var client = await CreateAsync(manager, key);

        await ChangeAsync(manager, client, new { displayName = "Renamed" });

        await system.AskWithAsync(system.AssertionOf(client.Text("clientId")!, key)).BodyAsync();
    }

    [Fact]
    public async Task A_disabled_client_is_refused_with_its_key()
    {
        using var key = DpopKey.Create();
        using var manager = await system.ManagerAsync("users:read");
        var client = await CreateAsync(manager, key);

        await manager.SendAsync("POST", $"{client.Path()}/disable").BodyAsync();

        await system.AskWithAsync(system.AssertionOf(client.Text("clientId")!, key)).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
    }

    [Theory]
    [InlineData("""{"jwks":{"keys":[]}}""", "jwks")]
    [InlineData("""{"jwksUri":"ftp://shop.example.test/keys"}""", "jwksUri")]
    [InlineData("""{"jwksUri":"https://shop.example.test/keys","jwks":{"keys":[]}}""", "jwksUri")]
    [InlineData("""{"tokenEndpointAuthMethod":"private_key_jwt"}""", "jwks")]
    [InlineData("""{"strictClientAssertions":true}""", "strictClientAssertions")]
    public async Task What_is_wrong_with_keys_is_said_by_its_member(string change, string member)
    {
        using var manager = await system.ManagerAsync();
        var client = await manager.CreateServiceAsync();

        var problem = await manager.SendAsync("PATCH", client.Path(), JsonSerializer.Deserialize<JsonElement>(change), ("If-Match", "\"1\"")).ProblemAsync(HttpStatusCode.BadRequest, "validation-failed");

        Assert.Contains(member, problem.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    private static Task<JsonElement> CreateAsync(HttpClient manager, DpopKey key) => manager.SendAsync("POST", "clients", new
    {
        clientId = ClientCalls.UniqueId("keyed"),
        type = "service",
        scopes = new[] { "users:read" },
        jwks = AssertionCalls.Set((AssertionCalls.Kid, key)),
    }).BodyAsync(HttpStatusCode.Created);

    private static Task<JsonElement> ChangeAsync(HttpClient manager, JsonElement client, object change) =>
        manager.SendAsync("PATCH", client.Path(), change, ("If-Match", $"\"{client.GetProperty("version").GetInt64()}\"")).BodyAsync();
}
