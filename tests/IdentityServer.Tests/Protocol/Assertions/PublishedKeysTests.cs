using System.Net;
using System.Text.Json;
using UserDomain.IdentityServer.Clients.Keys;
using UserDomain.IdentityServer.Tests.Outgoing;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.Assertions;

/// <summary>Clients that publish their keys, and change them (<c>jwks_uri</c>, RFC 7591 section 2).</summary>
public sealed class PublishedKeysTests(RunningSystem system)
{
    [Fact]
    public async Task A_client_changes_the_keys_it_publishes_and_is_asked_no_more_often_than_need_be()
    {
        using var old = DpopKey.Create();
        using var next = DpopKey.Create();
        var published = AssertionCalls.Set((AssertionCalls.Kid, old));
        await using var server = await LocalServer.StartAsync(context => context.Response.WriteAsJsonAsync(published));
        var client = await PublishingAsync(server.Url);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => system.AskWithAsync(system.AssertionOf(client, old)).BodyAsync()));
        Assert.Equal((10, 1), (answers.Length, server.Asked));
        published = AssertionCalls.Set(("key-2", next));
        await RefusedAsync(system.AssertionOf(client, next, (header, _) => header["kid"] = "key-2"));
        Assert.Equal(1, server.Asked);

        await Task.Delay(FetchedKeySet.Pause + TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);
        await system.AskWithAsync(system.AssertionOf(client, next, (header, _) => header["kid"] = "key-2")).BodyAsync();
        await RefusedAsync(system.AssertionOf(client, old));
        await RefusedAsync(system.AssertionOf(client, old, (header, _) => header["kid"] = "key-2"));

        Assert.Equal(2, server.Asked);
    }

    [Fact]
    public async Task What_is_no_assertion_for_us_has_nobody_asked()
    {
        using var key = DpopKey.Create();
        await using var server = await LocalServer.StartAsync(context => context.Response.WriteAsJsonAsync(AssertionCalls.Set((AssertionCalls.Kid, key))));
        var client = await PublishingAsync(server.Url);

        await RefusedAsync(system.AssertionOf(client, key, (_, claims) => claims["aud"] = "https://other.example.test/"));
        await RefusedAsync(system.AssertionOf(client, key, (_, claims) => claims.Remove("jti")));
        await RefusedAsync(system.AssertionOf(client, key, (_, claims) => claims["exp"] = 1));

        Assert.Equal(0, server.Asked);
    }

    [Fact]
    public async Task OUT_01_Keys_inside_of_a_private_network_are_not_asked_for()
    {
        using var key = DpopKey.Create();
        await using var server = await LocalServer.StartAsync(context => context.Response.WriteAsJsonAsync(AssertionCalls.Set((AssertionCalls.Kid, key))));

        await RefusedAsync(system.AssertionOf(await PublishingAsync(server.UrlByAddress), key));
        await RefusedAsync(system.AssertionOf(await PublishingAsync(new UriBuilder(server.Url) { Host = "[::1]" }.Uri), key));

        Assert.Equal(0, server.Asked);
    }

    [Fact]
    public async Task OUT_01_Keys_elsewhere_than_at_the_registered_address_are_not_asked_for()
    {
        using var key = DpopKey.Create();
        var set = AssertionCalls.Set((AssertionCalls.Kid, key));
        await using var elsewhere = await LocalServer.StartAsync(context => context.Response.WriteAsJsonAsync(set));
        await using var server = await LocalServer.StartAsync(context =>
        {
            context.Response.Redirect(elsewhere.Url.AbsoluteUri);
            return Task.CompletedTask;
        });

        await RefusedAsync(system.AssertionOf(await PublishingAsync(server.Url), key));
        Assert.Equal((1, 0), (server.Asked, elsewhere.Asked));
    }

    [Theory]
    [InlineData("", 200)]
    [InlineData("<html>", 200)]
    [InlineData("[]", 200)]
    [InlineData("{\"keys\":[]}", 200)]
    [InlineData("SET", 404)]
    [InlineData("SET", 500)]
    [InlineData("LONG", 200)]
    [InlineData("PRIVATE", 200)]
    public async Task What_is_no_set_of_public_keys_lets_nobody_in(string body, int status)
    {
        using var key = DpopKey.Create();
        var text = body switch
        {
            "SET" => JsonSerializer.Serialize(AssertionCalls.Set((AssertionCalls.Kid, key))),
            "LONG" => JsonSerializer.Serialize(new { keys = AssertionCalls.Set((AssertionCalls.Kid, key)).GetProperty("keys"), more = new string('m', 70_000) }),
            "PRIVATE" => JsonSerializer.Serialize(new { keys = new[] { new Dictionary<string, object?>(key.Jwk) { ["kid"] = AssertionCalls.Kid, ["d"] = "AAAA" } } }),
            _ => body,
        };
        await using var server = await LocalServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(text);
        });

        await RefusedAsync(system.AssertionOf(await PublishingAsync(server.Url), key));
        Assert.Equal(1, server.Asked);
    }

    [Fact]
    public async Task Nobody_there_is_a_refusal_in_time()
    {
        using var key = DpopKey.Create();
        await using var slow = await LocalServer.StartAsync(context => Task.Delay(TimeSpan.FromSeconds(30), context.RequestAborted));

        await RefusedAsync(system.AssertionOf(await PublishingAsync(new("http://localhost:9/")), key));
        var start = TimeProvider.System.GetTimestamp();
        await RefusedAsync(system.AssertionOf(await PublishingAsync(slow.Url), key));

        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 0, 10);
    }

    // At an address of its own: the port may be that of a server a test had before, whose keys are remembered.
    private Task<string> PublishingAsync(Uri server)
    {
        using var unused = DpopKey.Create();
        var address = new Uri(server, $"{Guid.CreateVersion7()}/keys").AbsoluteUri;
        return system.KeyServiceAsync(unused, client => client with { Jwks = null, JwksUri = address });
    }

    private Task<JsonElement> RefusedAsync(string assertion) => system.AskWithAsync(assertion).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
}
