using System.Net;
using System.Text.Json;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Tests.ClientApi;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.Exchange;

/// <summary>What a client cannot get by exchange, with tokens that are good (RFC 8693 section 2.2.2).</summary>
public sealed class RefusedClientTests(RunningSystem system)
{
    [Fact]
    public async Task A_client_acts_only_in_the_way_it_may()
    {
        var (visitor, tokens, _) = await system.SubjectAsync();
        using var _1 = visitor;
        var all = ExchangeCalls.TokensOf(visitor.ClientId);
        var delegates = await system.ExchangerAsync(all with { Impersonation = false });
        var impersonates = await system.ExchangerAsync(all with { Delegation = false });

        await system.RefusedAsync(delegates, "unauthorized_client", ExchangeCalls.Form(tokens.AccessToken));
        await system.RefusedAsync(impersonates, "unauthorized_client", ExchangeCalls.Form(tokens.AccessToken, await system.OwnTokenAsync(impersonates)));
        await system.ExchangedAsync(delegates, ExchangeCalls.Form(tokens.AccessToken, await system.OwnTokenAsync(delegates)));
        await system.ExchangedAsync(impersonates, ExchangeCalls.Form(tokens.AccessToken));
    }

    [Fact]
    public async Task Without_the_grant_without_a_policy_or_without_a_secret_nobody_exchanges_anything()
    {
        var (visitor, tokens, _) = await system.SubjectAsync();
        using var _1 = visitor;
        var plain = await system.ServiceAsync("users:read");
        var unruled = await system.ExchangerAsync(null!);
        var spa = new ClientSpec(ClientCalls.UniqueId("spa"), ClientType.Spa)
        {
            RedirectUris = [WebVisitor.RedirectUri],
            Scopes = ["users:read"],
            Grants = [ClientGrant.AuthorizationCode, ClientGrant.TokenExchange],
            TokenExchange = ExchangeCalls.TokensOf(visitor.ClientId),
        };
        await system.RegisterAsync(spa);

        // They do not learn either whether a token they have come by is good.
        foreach (var form in new[] { ExchangeCalls.Form(tokens.AccessToken), ExchangeCalls.Form("garbage") })
        {
            await system.RefusedAsync(plain, "unauthorized_client", form);
            await system.RefusedAsync(unruled, "unauthorized_client", form);
            await system.PostAsync("connect/token", [.. form, ("client_id", await system.PublicClientAsync())]).ErrorAsync(HttpStatusCode.BadRequest, "unauthorized_client");
            await system.PostAsync("connect/token", [.. form, ("client_id", spa.ClientId)]).ErrorAsync(HttpStatusCode.BadRequest, "unauthorized_client");
            await system.PostAsync("connect/token", [.. form, ("client_id", plain.Id), ("client_secret", "wrong")]).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
            await system.PostAsync("connect/token", form).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        }
    }

    [Theory]
    [InlineData("invalid_scope", "scope", "users:write")]
    [InlineData("invalid_scope", "scope", "users:read roles:read")]
    [InlineData("invalid_scope", "scope", "users:read profile")]
    [InlineData("invalid_scope", "scope", "nothing:known")]
    [InlineData("invalid_target", "scope", "openid")]
    [InlineData("invalid_target", "audience", "urn:user-domain:roles")]
    [InlineData("invalid_target", "resource", "urn:user-domain:roles")]
    [InlineData("invalid_target", "audience", "https://elsewhere.example.test/")]
    [InlineData("invalid_target", "resource", "https://elsewhere.example.test/")]
    public async Task No_more_is_given_than_the_token_the_client_and_its_policy_allow(string error, string name, string value)
    {
        var (visitor, tokens, _) = await system.SubjectAsync("users:read", "offline_access");
        using var _1 = visitor;
        var service = await system.ExchangerAsync(ExchangeCalls.TokensOf(visitor.ClientId), "openid", "users:read", "users:write", "roles:read", "offline_access");

        await system.RefusedAsync(service, error, ExchangeCalls.Form(tokens.AccessToken, (name, value)));
    }

    [Fact]
    public async Task No_refresh_token_is_got_by_a_client_that_has_others()
    {
        var (visitor, tokens, _) = await system.SubjectAsync("users:read", "offline_access");
        using var _1 = visitor;
        Assert.Contains("offline_access", Jwt.ClaimsOf(tokens.AccessToken).Text("scope")!, StringComparison.Ordinal);
        using var web = await system.VisitorOfAsync(new(ClientCalls.UniqueId("web"), ClientType.Web)
        {
            Scopes = ["openid", "offline_access", "users:read"],
            Grants = [ClientGrant.AuthorizationCode, ClientGrant.RefreshToken, ClientGrant.TokenExchange],
            TokenExchange = ExchangeCalls.TokensOf(visitor.ClientId),
        });
        var client = new ServiceClient(web.ClientId, web.ClientSecret);

        await system.RefusedAsync(client, "invalid_scope", ExchangeCalls.Form(tokens.AccessToken, ("scope", "users:read offline_access")));
        var answer = await system.ExchangeAsync(client, ExchangeCalls.Form(tokens.AccessToken)).BodyAsync();

        Assert.Equal("openid users:read", answer.Text("scope"));
        Assert.False(answer.TryGetProperty("refresh_token", out JsonElement _));
    }

    [Fact]
    public async Task A_scope_of_the_token_the_client_is_not_registered_for_is_refused()
    {
        var (visitor, tokens, service) = await system.ReadyAsync("users:read", "users:write");
        using var _ = visitor;

        await system.RefusedAsync(service, "invalid_scope", ExchangeCalls.Form(tokens.AccessToken, ("scope", "users:write")));
    }

    [Fact]
    public async Task An_API_the_policy_does_not_name_and_two_at_a_time_are_refused()
    {
        var (visitor, tokens, _) = await system.SubjectAsync();
        using var _1 = visitor;
        var service = await system.ExchangerAsync(ExchangeCalls.TokensOf(visitor.ClientId) with { Audiences = ["urn:user-domain:roles"] });
        var users = await system.ExchangerAsync(ExchangeCalls.TokensOf(visitor.ClientId));

        await system.RefusedAsync(service, "invalid_target", ExchangeCalls.Form(tokens.AccessToken));
        await system.RefusedAsync(users, "invalid_target", ExchangeCalls.Form(tokens.AccessToken, ("audience", ExchangeCalls.Users), ("audience", "urn:user-domain:roles")));
        await system.RefusedAsync(users, "invalid_target", ExchangeCalls.Form(tokens.AccessToken, ("audience", "urn:user-domain:roles"), ("resource", ExchangeCalls.Users)));
    }
}
