using System.Net;
using UserDomain.IdentityServer.Tests.Protocol;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.ClientApi;

public sealed class CreateClientTests(RunningSystem system)
{
    private const string Header = "Idempotency-Key";

    [Fact]
    public async Task CLI_01_A_service_is_given_a_secret_of_256_bits_once_and_gets_tokens_with_it()
    {
        using var manager = await system.ManagerAsync("roles:read");

        var client = await manager.CreateServiceAsync("roles:read");
        var read = await manager.SendAsync("GET", client.Path()).BodyAsync();

        Assert.Equal(43, client.Text("clientSecret")!.Length);
        Assert.False(read.TryGetProperty("clientSecret", out _));
        Assert.Single(read.Secrets());
        await system.TokenAsync(client.With(), ("scope", "roles:read")).BodyAsync();
    }

    [Fact]
    public async Task A_web_application_signs_people_in()
    {
        using var manager = await system.ManagerAsync();
        var name = ClientCalls.UniqueId("cleo");
        await system.CreateUserAsync(name);
        using var visitor = system.VisitorOf(await manager.CreateWebAsync());

        Assert.NotNull((await visitor.SignInAsync(name, RunningSystem.Password)).RefreshToken);
    }

    [Fact]
    public async Task What_was_asked_for_is_what_is_shown()
    {
        using var manager = await system.ManagerAsync("users:read");
        var id = ClientCalls.UniqueId("native");

        using var answer = await manager.SendAsync("POST", "clients", new
        {
            clientId = id,
            displayName = "Pocket",
            logoUri = "https://cdn.example.test/pocket.png",
            policyUri = "https://pocket.example.test/privacy",
            tosUri = "https://pocket.example.test/terms",
            type = "native",
            redirectUris = new[] { "com.example.pocket:/callback" },
            postLogoutRedirectUris = new[] { "com.example.pocket:/bye" },
            scopes = new[] { "openid", "users:read" },
            grants = new[] { "authorization_code", "refresh_token" },
            requireConsent = true,
            requirePar = true,
            senderConstraint = "dpop",
            idTokenSignedResponseAlg = "ES256",
            userinfoSignedResponseAlg = "PS256",
            introspectionSignedResponseAlg = "ES256",
            authorizationSignedResponseAlg = "PS256",
        });
        var client = await Task.FromResult(answer).BodyAsync(HttpStatusCode.Created);
        var read = await manager.SendAsync("GET", client.Path()).BodyAsync();

        Assert.Equal($"/api/v1/{client.Path()}", answer.Headers.Location!.OriginalString);
        Assert.Equal("\"1\"", answer.Headers.ETag!.ToString());
        Assert.Equal(client.Compact(), read.Compact());
        Assert.Equal(id, read.Text("clientId"));
        Assert.Equal("Pocket", read.Text("displayName"));
        Assert.Equal("https://cdn.example.test/pocket.png", read.Text("logoUri"));
        Assert.Equal("https://pocket.example.test/privacy", read.Text("policyUri"));
        Assert.Equal("https://pocket.example.test/terms", read.Text("tosUri"));
        Assert.Equal("native", read.Text("type"));
        Assert.Equal(["com.example.pocket:/callback"], read.Strings("redirectUris"));
        Assert.Equal(["com.example.pocket:/bye"], read.Strings("postLogoutRedirectUris"));
        Assert.Equal(["openid", "users:read"], read.Strings("scopes"));
        Assert.Equal(["authorization_code", "refresh_token"], read.Strings("grants"));
        Assert.True(read.GetProperty("requireConsent").GetBoolean());
        Assert.True(read.GetProperty("requirePar").GetBoolean());
        Assert.Equal("dpop", read.Text("senderConstraint"));
        Assert.Equal("ES256", read.Text("idTokenSignedResponseAlg"));
        Assert.Equal("PS256", read.Text("userinfoSignedResponseAlg"));
        Assert.Equal("ES256", read.Text("introspectionSignedResponseAlg"));
        Assert.Equal("PS256", read.Text("authorizationSignedResponseAlg"));
        Assert.Empty(read.Secrets());
        Assert.False(read.GetProperty("builtIn").GetBoolean());
        Assert.Null(read.Text("disabledAt"));
    }

    [Theory]
    [InlineData("clientId", """{ "type": "service" }""")]
    [InlineData("clientId", """{ "clientId": "two words", "type": "service" }""")]
    [InlineData("clientId", """{ "clientId": "0198a7f0-0000-7000-8000-000000000000", "type": "service" }""")]
    [InlineData("clientId", """{ "clientId": "user-domain:RoleApi2", "type": "service" }""")]
    [InlineData("type", """{ "clientId": "x-1" }""")]
    [InlineData("displayName", """{ "clientId": "x-1", "type": "service", "displayName": "a\u202Eb" }""")]
    [InlineData("logoUri", """{ "clientId": "x-1", "type": "service", "logoUri": "http://shop.example.test/logo.png" }""")]
    [InlineData("policyUri", """{ "clientId": "x-1", "type": "service", "policyUri": "javascript:alert(1)" }""")]
    [InlineData("tosUri", """{ "clientId": "x-1", "type": "service", "tosUri": "" }""")]
    [InlineData("redirectUris", """{ "clientId": "x-1", "type": "web" }""")]
    [InlineData("redirectUris[0]", """{ "clientId": "x-1", "type": "web", "redirectUris": ["http://shop.example.test/callback"] }""")]
    [InlineData("redirectUris[0]", """{ "clientId": "x-1", "type": "web", "redirectUris": ["https://shop.example.test/callback?="] }""")]
    [InlineData("redirectUris[0]", """{ "clientId": "x-1", "type": "web", "redirectUris": ["https://shop.example.test/callback?iss=a"] }""")]
    [InlineData("postLogoutRedirectUris[0]", """{ "clientId": "x-1", "type": "service", "postLogoutRedirectUris": ["https://shop.example.test/*"] }""")]
    [InlineData("scopes[0]", """{ "clientId": "x-1", "type": "service", "scopes": ["everything"] }""")]
    [InlineData("tokenExchange", """{ "clientId": "x-1", "type": "service", "grants": ["token_exchange"] }""")]
    [InlineData("grants", """{ "clientId": "x-1", "type": "device", "grants": ["token_exchange"], "tokenExchange": { "audiences": ["urn:user-domain:users"], "delegation": true } }""")]
    [InlineData("requirePar", """{ "clientId": "x-1", "type": "service", "requirePar": true }""")]
    [InlineData("senderConstraint", """{ "clientId": "x-1", "type": "service", "senderConstraint": "mtls" }""")]
    [InlineData("idTokenSignedResponseAlg", """{ "clientId": "x-1", "type": "service", "idTokenSignedResponseAlg": "none" }""")]
    [InlineData("userinfoSignedResponseAlg", """{ "clientId": "x-1", "type": "service", "userinfoSignedResponseAlg": "none" }""")]
    [InlineData("introspectionSignedResponseAlg", """{ "clientId": "x-1", "type": "service", "introspectionSignedResponseAlg": "none" }""")]
    [InlineData("authorizationSignedResponseAlg", """{ "clientId": "x-1", "type": "service", "authorizationSignedResponseAlg": "HS256" }""")]
    public async Task What_a_seed_file_may_not_ask_for_is_refused_by_the_same_name(string member, string body)
    {
        using var manager = await system.ManagerAsync();

        await manager.SendAsync("POST", "clients", System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(body)).RefusedAsync(member);
    }

    [Theory]
    [InlineData("clientSecret", "\"a-secret-of-my-own-that-is-long-enough-0001\"")]
    [InlineData("roles", "[\"administrator\"]")]
    [InlineData("id", "\"01890000-0000-7000-8000-000000000000\"")]
    [InlineData("builtIn", "true")]
    [InlineData("grants", "[\"password\"]")]
    [InlineData("type", "0")]
    public async Task AUZ_05_What_is_not_the_callers_to_choose_cannot_be_named(string member, string value)
    {
        using var manager = await system.ManagerAsync();
        var type = member == "type" ? "" : "\"type\": \"service\",";
        var body = $$"""{ "clientId": "{{ClientCalls.UniqueId()}}", {{type}} "{{member}}": {{value}} }""";

        await manager.SendAsync("POST", "clients", System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(body))
            .ProblemAsync(HttpStatusCode.BadRequest, "unreadable-request");
    }

    [Fact]
    public async Task An_id_is_given_once_also_when_asked_for_twice_at_once()
    {
        using var manager = await system.ManagerAsync();
        var body = new { clientId = ClientCalls.UniqueId(), type = "service" };

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => manager.SendAsync("POST", "clients", body)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        foreach (var refused in answers.Where(answer => answer.StatusCode != HttpStatusCode.Created))
        {
            await Task.FromResult(refused).ProblemAsync(HttpStatusCode.Conflict, "client-id-taken");
        }
    }

    [Fact]
    public async Task API_03_KEY_04_A_repeated_creation_happens_once_and_does_not_show_the_secret_again()
    {
        using var manager = await system.ManagerAsync();
        var body = new { clientId = ClientCalls.UniqueId(), type = "service" };

        var first = await manager.SendAsync("POST", "clients", body, (Header, body.clientId)).BodyAsync(HttpStatusCode.Created);
        using var answer = await manager.SendAsync("POST", "clients", body, (Header, body.clientId));
        var second = await Task.FromResult(answer).BodyAsync(HttpStatusCode.Created);

        Assert.NotNull(first.Text("clientSecret"));
        Assert.False(second.TryGetProperty("clientSecret", out _));
        Assert.Equal((await manager.SendAsync("GET", first.Path()).BodyAsync()).Compact(), second.Compact());
        Assert.Equal("\"1\"", answer.Headers.ETag!.ToString());
        await manager.SendAsync("POST", "clients", new { body.clientId, type = "web" }, (Header, body.clientId))
            .ProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
    }

    [Fact]
    public async Task AUD_02_The_trail_tells_who_registered_it_as_what()
    {
        using var manager = await system.ManagerAsync();
        var client = await manager.CreateServiceAsync();

        var created = Assert.Single(await system.EventsAsync(client.Text("clientId")!, "client.created"));

        Assert.Equal(manager.ClientId(), created.GetProperty("actor").Text("id"));
        Assert.Equal("confidential", created.GetProperty("after").Text("clientType"));
    }
}
