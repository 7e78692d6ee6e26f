using System.Net;
using System.Text.Json;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Seeding;
using UserDomain.IdentityServer.Tests.ClientApi;
using UserDomain.IdentityServer.Tests.Protocol.Assertions;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Clients;

/// <summary>What a client of FAPI 2.0 must not be, and what follows from being one (Security Profile sections 5.3.2 and 5.4.1).</summary>
public sealed class Fapi2ProfileTests(RunningSystem system) : IDisposable
{
    private readonly DpopKey _key = DpopKey.Create();

    public void Dispose() => _key.Dispose();

    private ClientSpec Web => new("bank", ClientType.Web)
    {
        Fapi2 = true,
        RedirectUris = ["https://bank.example.test/callback"],
        Scopes = ["openid"],
        Jwks = AssertionCalls.Set((AssertionCalls.Kid, _key)),
        SenderConstraint = SenderConstraint.Dpop,
    };

    [Fact]
    public void Keys_or_a_certificate_and_bound_tokens_are_enough()
    {
        var certified = Web with { Jwks = null, TlsClientAuthSanDns = "bank.example.test", SenderConstraint = SenderConstraint.Mtls };
        foreach (var client in new[] { Web, certified, certified with { SenderConstraint = SenderConstraint.Dpop }, Web with { StrictClientAssertions = true, RequirePar = true, IdTokenSignedResponseAlg = "PS256", UserinfoSignedResponseAlg = "ES256" } })
        {
            Assert.Empty(ClientSpecRule.ProblemsOf(client));
        }
    }

    [Fact]
    public void The_example_may_be_registered() =>
        Assert.Empty(SeedFile.Read(Repository.PathOf("docs/examples/fapi2.json")).Clients.SelectMany(ClientSpecRule.ProblemsOf));

    [Fact]
    public void What_contradicts_the_profile_is_named()
    {
        (string Members, ClientSpec Client)[] faults =
        [
            ("tokenEndpointAuthMethod", Web with { Jwks = null }),
            ("tokenEndpointAuthMethod", Web with { Jwks = null, TokenEndpointAuthMethod = ClientAuthentication.ClientSecretPost }),
            ("senderConstraint", Web with { SenderConstraint = SenderConstraint.None }),
            ("idTokenSignedResponseAlg", Web with { IdTokenSignedResponseAlg = "RS256" }),
            ("userinfoSignedResponseAlg", Web with { UserinfoSignedResponseAlg = "RS256" }),
            ("introspectionSignedResponseAlg", Web with { IntrospectionSignedResponseAlg = "RS256" }),
            ("authorizationSignedResponseAlg", Web with { AuthorizationSignedResponseAlg = "RS256" }),
            ("fapi2", Web with { Type = ClientType.Spa, Jwks = null }),
            ("fapi2", Web with { Type = ClientType.Native, Jwks = null }),
            ("fapi2", new("television", ClientType.Device) { Fapi2 = true, SenderConstraint = SenderConstraint.Dpop }),
        ];

        Assert.All(faults, fault => Assert.Equal(fault.Members, Assert.Single(ClientSpecRule.ProblemsOf(fault.Client)).Member));
    }

    [Fact]
    public async Task A_client_becomes_one_by_a_change_and_shows_what_follows()
    {
        using var manager = await system.ManagerAsync();
        var client = await CreateAsync(manager, new { senderConstraint = "dpop" });
        Assert.False(client.GetProperty("fapi2").GetBoolean());

        var changed = await manager.SendAsync("PATCH", client.Path(), new { fapi2 = true }).BodyAsync();

        AssertFollows(changed);
        AssertFollows(await manager.SendAsync("GET", client.Path()).BodyAsync());

        // And stays one while something else is changed.
        AssertFollows(await manager.SendAsync("PATCH", client.Path(), new { displayName = "Bank", requirePar = false, strictClientAssertions = false }).BodyAsync());
        Assert.False((await manager.SendAsync("PATCH", client.Path(), new { fapi2 = false }).BodyAsync()).GetProperty("fapi2").GetBoolean());
    }

    [Theory]
    [InlineData("senderConstraint", """{ "senderConstraint": "none" }""")]
    [InlineData("tokenEndpointAuthMethod", """{ "tokenEndpointAuthMethod": "client_secret_basic" }""")]
    [InlineData("idTokenSignedResponseAlg", """{ "idTokenSignedResponseAlg": "RS256" }""")]
    public async Task Nothing_takes_a_client_out_of_the_profile_while_it_says_it_keeps_to_it(string member, string change)
    {
        using var manager = await system.ManagerAsync();
        var client = await CreateAsync(manager, new { senderConstraint = "dpop", fapi2 = true });
        AssertFollows(client);

        await manager.SendAsync("PATCH", client.Path(), JsonSerializer.Deserialize<JsonElement>(change)).RefusedAsync(member);
    }

    private static void AssertFollows(JsonElement client)
    {
        Assert.True(client.GetProperty("fapi2").GetBoolean());
        Assert.True(client.GetProperty("requirePar").GetBoolean());
        Assert.True(client.GetProperty("strictClientAssertions").GetBoolean());
        Assert.Equal(("ES256", "ES256", "ES256"), (client.Text("idTokenSignedResponseAlg"), client.Text("introspectionSignedResponseAlg"), client.Text("authorizationSignedResponseAlg")));
    }

    private Task<JsonElement> CreateAsync(HttpClient manager, object more)
    {
        var body = JsonSerializer.SerializeToNode(more)!.AsObject();
        body["clientId"] = ClientCalls.UniqueId("bank");
        body["type"] = "web";
        body["redirectUris"] = JsonSerializer.SerializeToNode(new[] { ClientCalls.Callback });
        body["scopes"] = JsonSerializer.SerializeToNode(new[] { "openid" });
        body["jwks"] = JsonSerializer.SerializeToNode(AssertionCalls.Set((AssertionCalls.Kid, _key)));
        return manager.SendAsync("POST", "clients", body).BodyAsync(HttpStatusCode.Created);
    }
}
