using System.Net;
using System.Text.Json;
using UserDomain.IdentityServer.Tests.Protocol;
using UserDomain.IdentityServer.Tests.Protocol.Exchange;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.ClientApi;

/// <summary>What clients may exchange (RFC 8693), at the API.</summary>
public sealed class ClientExchangeTests(RunningSystem system)
{
    private static readonly object Policy = new { audiences = new[] { ExchangeCalls.Users }, subjectClients = Array.Empty<string>(), impersonation = true };

    [Fact]
    public async Task A_client_is_told_what_it_may_exchange_and_that_goes_with_the_grant()
    {
        using var manager = await system.ManagerAsync("users:read");
        var created = await CreateAsync(manager, Policy).BodyAsync(HttpStatusCode.Created);
        var client = created.With();
        var own = await system.OwnTokenAsync(client);

        Assert.Equal($$"""{"audiences":["{{ExchangeCalls.Users}}"],"subjectClients":[],"impersonation":true,"delegation":false}""", created.GetProperty("tokenExchange").Compact());
        await system.ExchangedAsync(client, ExchangeCalls.Form(own));

        var renamed = await manager.SendAsync("PATCH", created.Path(), new { displayName = "Renamed" }).BodyAsync();
        Assert.Equal(created.GetProperty("tokenExchange").Compact(), renamed.GetProperty("tokenExchange").Compact());

        var changed = await manager.SendAsync("PATCH", created.Path(), new { tokenExchange = new { audiences = new[] { ExchangeCalls.Users }, delegation = true } }).BodyAsync();
        Assert.False(changed.GetProperty("tokenExchange").GetProperty("impersonation").GetBoolean());
        await system.ExchangeAsync(client, ExchangeCalls.Form(own)).ErrorAsync(HttpStatusCode.BadRequest, "unauthorized_client");

        var without = await manager.SendAsync("PATCH", created.Path(), new { grants = new[] { "client_credentials" } }).BodyAsync();
        Assert.Equal(JsonValueKind.Null, without.GetProperty("tokenExchange").ValueKind);
    }

    [Fact]
    public async Task What_no_client_may_exchange_is_refused_by_the_member_it_is_in()
    {
        using var manager = await system.ManagerAsync("users:read");

        await CreateAsync(manager, null).RefusedAsync("tokenExchange");
        await CreateAsync(manager, new { audiences = new[] { ExchangeCalls.Users } }).RefusedAsync("tokenExchange");
        await CreateAsync(manager, new { audiences = new[] { "https://elsewhere.example.test/" }, delegation = true }).RefusedAsync("tokenExchange.audiences");
        await CreateAsync(manager, new { audiences = new[] { ExchangeCalls.Users }, delegation = true, subjectClients = new[] { "user-domain:AdminUi" } }).RefusedAsync("tokenExchange.subjectClients");
        using var unknown = await CreateAsync(manager, new { audiences = new[] { ExchangeCalls.Users }, delegation = true, everything = true });
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
        using var nothing = await CreateAsync(manager, new { audiences = (string[]?)null, delegation = true });
        Assert.Equal(HttpStatusCode.BadRequest, nothing.StatusCode);
    }

    [Fact]
    public async Task AUZ_04_Who_acts_for_a_client_gets_no_secret_of_it()
    {
        using var itself = await system.ManagerAsync();
        var client = Assert.Single((await itself.SendAsync("GET", $"clients?clientId={itself.ClientId()}").BodyAsync()).Items());
        var exchanger = await system.ExchangerAsync(ExchangeCalls.TokensOf(itself.ClientId()) with { Audiences = ["urn:user-domain:clients"] }, ClientCalls.Read, ClientCalls.Write);
        using var acting = system.Anonymous();
        acting.DefaultRequestHeaders.Authorization = new("Bearer", await system.ExchangedAsync(exchanger, ExchangeCalls.Form(itself.DefaultRequestHeaders.Authorization!.Parameter!)));

        await acting.SendAsync("GET", client.Path()).BodyAsync();
        await acting.SendAsync("POST", $"{client.Path()}/secrets").ProblemAsync(HttpStatusCode.Forbidden, "self-not-allowed");

        await itself.SendAsync("POST", $"{client.Path()}/secrets").BodyAsync(HttpStatusCode.Created);
    }

    private static Task<HttpResponseMessage> CreateAsync(HttpClient manager, object? policy) => manager.SendAsync("POST", "clients", new
    {
        clientId = ClientCalls.UniqueId("exchanger"),
        type = "service",
        scopes = new[] { "users:read" },
        grants = new[] { "client_credentials", "token_exchange" },
        tokenExchange = policy,
    });
}
