using System.Net;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.IdentityServer.Clients;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.Assertions;

/// <summary>Where clients prove themselves with a key, how often an assertion is good, and what it does not go together with.</summary>
public sealed class EndpointTests(RunningSystem system)
{
    private const string Par = "connect/par";

    [Theory]
    [InlineData("connect/introspect")]
    [InlineData("connect/revoke")]
    public async Task A_client_proves_itself_at_introspection_and_revocation(string endpoint)
    {
        using var key = DpopKey.Create();
        var client = await system.KeyServiceAsync(key);
        var url = system.PublicUrl.AbsoluteUri + endpoint;

        using var good = await system.PostAsync(endpoint, [("token", "t"), .. AssertionCalls.Form(system.AssertionOf(client, key))]);
        using var byUrl = await system.PostAsync(endpoint, [("token", "t"), .. AssertionCalls.Form(system.AssertionOf(client, key, (_, claims) => claims["aud"] = url))]);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (good.StatusCode, byUrl.StatusCode));
        await RefusedEverywhereAsync(endpoint, client, key, ("token", "t"));
    }

    [Fact]
    public async Task A_client_pushes_a_request_and_redeems_its_code_with_a_key()
    {
        await system.CreateUserAsync("kay-pushes");
        using var key = DpopKey.Create();
        var spec = Web("keyed-web", key);
        await system.RegisterAsync(spec);
        using var visitor = new WebVisitor(system.PublicUrl, spec.ClientId, "", [.. spec.Scopes]);

        // Whatever it is called in the form, and without a name there.
        var pushed = await system.PostAsync(Par, [.. RequestOf(visitor), .. AssertionCalls.Form(system.AssertionOf(spec.ClientId, key))]).BodyAsync(HttpStatusCode.Created);
        await system.PostAsync(Par, [.. RequestOf(visitor, "client_id"), .. AssertionCalls.Form(system.AssertionOf(spec.ClientId, key, (_, claims) => claims["aud"] = system.PublicUrl.AbsoluteUri + Par))]).BodyAsync(HttpStatusCode.Created);
        var code = await visitor.CodeAsync("kay-pushes", RunningSystem.Password, ("request_uri", pushed.Text("request_uri")!));
        var tokens = await RedeemAsync(visitor, code, key).BodyAsync();
        var refreshed = await system.PostAsync(AssertionCalls.Token, [("grant_type", "refresh_token"), ("refresh_token", tokens.Text("refresh_token")!), .. AssertionCalls.Form(system.AssertionOf(spec.ClientId, key))]).BodyAsync();

        Assert.NotEmpty(refreshed.Text("access_token")!);
        await system.PostAsync(AssertionCalls.Token, ("grant_type", "refresh_token"), ("refresh_token", refreshed.Text("refresh_token")!), ("client_id", spec.ClientId)).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await RefusedEverywhereAsync(Par, spec.ClientId, key, RequestOf(visitor));
    }

    [Theory]
    [InlineData("connect/token")]
    [InlineData("connect/introspect")]
    public async Task CLI_01_An_assertion_is_good_once_wherever_it_comes_back(string second)
    {
        using var key = DpopKey.Create();
        var client = await system.KeyServiceAsync(key);
        var assertion = system.AssertionOf(client, key);
        await system.AskWithAsync(assertion).BodyAsync();

        var refusal = await system.PostAsync(second, [("grant_type", "client_credentials"), ("token", "t"), .. AssertionCalls.Form(assertion)]).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");

        Assert.Contains("used before", refusal.Text("error_description"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CLI_01_A_jti_is_used_up_by_one_client_for_itself_alone()
    {
        using var key = DpopKey.Create();
        var (one, other) = (await system.KeyServiceAsync(key), await system.KeyServiceAsync(key));
        var jti = $"jti-{Guid.CreateVersion7()}";

        await system.AskWithAsync(system.AssertionOf(one, key, (_, claims) => claims["jti"] = jti)).BodyAsync();
        await system.AskWithAsync(system.AssertionOf(other, key, (_, claims) => claims["jti"] = jti)).BodyAsync();

        await system.AskWithAsync(system.AssertionOf(one, key, (_, claims) => claims["jti"] = jti)).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
    }

    [Fact]
    public async Task A_client_with_a_key_does_not_pass_with_a_secret()
    {
        using var key = DpopKey.Create();
        var client = new ClientSpec("changes-to-key", ClientType.Service) { Scopes = ["users:read"] };
        var secret = (await system.RegisterAsync(client))!;
        await system.RegisterAsync(client with { Jwks = AssertionCalls.Set((AssertionCalls.Kid, key)) });

        foreach (var endpoint in new[] { "connect/token", "connect/introspect", "connect/revoke" })
        {
            await system.PostWithBasicAsync(client.ClientId, secret, endpoint, ("grant_type", "client_credentials"), ("token", "t")).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
            await system.PostAsync(new ServiceClient(client.ClientId, secret), endpoint, ("grant_type", "client_credentials"), ("token", "t")).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        }

        Assert.Null(await StoredSecretAsync(client.ClientId));
        await system.AskWithAsync(system.AssertionOf(client.ClientId, key)).BodyAsync();

        var other = await system.RegisterAsync(client);
        Assert.NotEqual(secret, other);
        await system.PostAsync(new ServiceClient(client.ClientId, other!), AssertionCalls.Token, ("grant_type", "client_credentials")).BodyAsync();
        await system.AskWithAsync(system.AssertionOf(client.ClientId, key)).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
    }

    [Fact]
    public async Task A_client_with_a_key_does_not_pass_with_a_secret_that_was_left_in_the_store()
    {
        using var key = DpopKey.Create();
        var service = await system.ServiceAsync("users:read");
        var client = await system.KeyServiceAsync(key);
        var hash = await StoredSecretAsync(service.Id);
        await system.InStoreAsync(store => store.Set<OpenIddictEntityFrameworkCoreApplication<Guid>>().Where(row => row.ClientId == client).ExecuteUpdateAsync(set => set.SetProperty(row => row.ClientSecret, hash)));

        await system.PostAsync(new ServiceClient(client, service.Secret), AssertionCalls.Token, ("grant_type", "client_credentials")).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
    }

    [Fact]
    public async Task Who_has_a_secret_or_nothing_does_not_pass_with_an_assertion()
    {
        using var key = DpopKey.Create();
        var service = await system.ServiceAsync("users:read");

        foreach (var client in new[] { service.Id, await system.PublicClientAsync(), "nobody" })
        {
            await system.AskWithAsync(system.AssertionOf(client, key)).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        }
    }

    private async Task RefusedEverywhereAsync(string endpoint, string client, DpopKey key, params (string Name, string Value)[] form)
    {
        using var stranger = DpopKey.Create();
        var others = form.Where(pair => pair.Name != "client_id").ToArray();
        await system.PostAsync(endpoint, [.. form, .. AssertionCalls.Form(system.AssertionOf(client, stranger))]).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await system.PostAsync(endpoint, [.. others, ("client_id", "somebody-else"), .. AssertionCalls.Form(system.AssertionOf(client, key))]).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await system.PostAsync(endpoint, [.. others, ("client_id", client)]).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await system.PostAsync(endpoint, [.. form, .. AssertionCalls.Form(system.AssertionOf(client, key)), ("client_secret", "s")]).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
        await system.PostWithBasicAsync(client, "s", endpoint, [.. form, .. AssertionCalls.Form(system.AssertionOf(client, key))]).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
        await system.PostAsync(endpoint, [.. form, AssertionCalls.Form(system.AssertionOf(client, key))[1]]).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
        await system.PostAsync(endpoint, [.. form, AssertionCalls.Form("")[0]]).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
        await system.PostAsync(endpoint, [.. form, .. AssertionCalls.Form(system.AssertionOf(client, key)), .. AssertionCalls.Form(system.AssertionOf(client, key))]).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
        await system.PostAsync(endpoint, [.. form, ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"), ("client_assertion", "x")]).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
    }

    private async Task<string?> StoredSecretAsync(string client) => await system.InStoreAsync(store =>
        store.Set<OpenIddictEntityFrameworkCoreApplication<Guid>>().Where(row => row.ClientId == client).Select(row => row.ClientSecret).SingleAsync());

    private Task<HttpResponseMessage> RedeemAsync(WebVisitor visitor, string code, DpopKey key) => system.PostAsync(AssertionCalls.Token,
        [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", WebVisitor.RedirectUri), ("code_verifier", visitor.Verifier), .. AssertionCalls.Form(system.AssertionOf(visitor.ClientId, key))]);

    private static (string, string)[] RequestOf(WebVisitor visitor, string? without = null) =>
        [.. Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(visitor.AuthorizeUrl().Split('?')[1]).Where(pair => pair.Key != without).Select(pair => (pair.Key, pair.Value.ToString()))];

    private static ClientSpec Web(string id, DpopKey key) => new(id, ClientType.Web)
    {
        RedirectUris = [WebVisitor.RedirectUri],
        Scopes = ["openid", "offline_access", "users:read"],
        Jwks = AssertionCalls.Set((AssertionCalls.Kid, key)),
    };
}
