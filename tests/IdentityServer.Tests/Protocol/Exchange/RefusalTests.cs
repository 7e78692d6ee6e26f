using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Protocol.Exchange;
using UserDomain.IdentityServer.Tests.ClientApi;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.Exchange;

/// <summary>What cannot be exchanged, by whom, and for what (RFC 8693 section 2.2.2).</summary>
public sealed class RefusalTests(RunningSystem system)
{
    [Theory]
    [InlineData("garbage")]
    [InlineData("a.b.c")]
    [InlineData("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.eyJzdWIiOiJ4In0.")]
    [InlineData("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0..")]
    [InlineData("\u0000")]
    public async Task What_is_no_token_of_ours_is_refused_as_subject_and_as_actor(string garbage)
    {
        var (visitor, tokens, service) = await ReadyAsync();
        using var _ = visitor;

        await RefusedAsync(service, "invalid_request", ExchangeCalls.Form(garbage));
        await RefusedAsync(service, "invalid_request", ExchangeCalls.Form(tokens.AccessToken, garbage));
    }

    [Fact]
    public async Task A_token_that_was_changed_is_refused()
    {
        var (visitor, tokens, service) = await ReadyAsync();
        using var _ = visitor;
        using var key = DpopKey.Create();
        var parts = tokens.AccessToken.Split('.');
        const string None = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0";
        string[] changed =
        [
            $"{parts[0]}.{parts[1]}.{parts[2][..^4]}AAAA",
            $"{parts[0]}.{parts[1]}.",
            $"{None}.{parts[1]}.",
            $"{None}.{parts[1]}.{parts[2]}",
            key.Sign(new() { ["alg"] = key.Algorithm, ["typ"] = "at+jwt", ["kid"] = Jwt.HeaderOf(tokens.AccessToken).Text("kid") },
                Jwt.ClaimsOf(tokens.AccessToken).EnumerateObject().ToDictionary(claim => claim.Name, claim => (object?)claim.Value)),
        ];

        foreach (var token in changed)
        {
            await RefusedAsync(service, "invalid_request", ExchangeCalls.Form(token));
        }
    }

    [Fact]
    public async Task TOK_07_Nothing_but_an_access_token_that_has_not_ended_and_is_ours_is_taken()
    {
        var (visitor, tokens, service) = await ReadyAsync("offline_access");
        using var _ = visitor;
        var past = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 1;
        string[] others =
        [
            tokens.IdToken!,
            tokens.RefreshToken!,
            system.Reissue(tokens.AccessToken, _ => { }, "JWT"),
            system.Reissue(tokens.AccessToken, claims => claims["exp"] = past),
            system.Reissue(tokens.AccessToken, claims => claims["iss"] = "https://elsewhere.example.test/"),
            system.Reissue(tokens.AccessToken, claims => claims.Remove("iss")),
        ];

        foreach (var token in others)
        {
            await RefusedAsync(service, "invalid_request", ExchangeCalls.Form(token));
        }

        await system.ExchangedAsync(service, ExchangeCalls.Form(system.Reissue(tokens.AccessToken, _ => { })));
    }

    [Theory]
    [InlineData("subject_token", 8192)]
    [InlineData("actor_token", 8192)]
    public async Task TOK_14_A_token_may_be_as_long_as_this_and_no_longer(string name, int length)
    {
        var (visitor, tokens, service) = await ReadyAsync();
        using var _ = visitor;

        var longest = await RefusedAsync(service, "invalid_request", Form(length));
        var longer = await RefusedAsync(service, "invalid_request", Form(length + 1));

        Assert.DoesNotContain("characters", longest, StringComparison.Ordinal);
        Assert.Contains($"'{name}' has more than {length} characters", longer, StringComparison.Ordinal);

        (string, string)[] Form(int length) => name == "subject_token"
            ? ExchangeCalls.Form(new('x', length))
            : ExchangeCalls.Form(tokens.AccessToken, new string('x', length));
    }

    [Fact]
    public async Task API_01_A_token_of_100_kB_is_too_large_to_be_read()
    {
        var (visitor, _, service) = await ReadyAsync();
        using var _1 = visitor;

        using var answer = await system.ExchangeAsync(service, ExchangeCalls.Form(new string('x', 100_000)));

        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.BadRequest, HttpStatusCode.RequestEntityTooLarge });
    }

    [Theory]
    [InlineData("subject_token", "")]
    [InlineData("subject_token_type", "")]
    [InlineData("subject_token_type", "urn:ietf:params:oauth:token-type:id_token")]
    [InlineData("subject_token_type", "urn:ietf:params:oauth:token-type:refresh_token")]
    [InlineData("subject_token_type", "urn:ietf:params:oauth:token-type:jwt")]
    [InlineData("subject_token_type", "urn:ietf:params:oauth:token-type:saml2")]
    [InlineData("requested_token_type", "urn:ietf:params:oauth:token-type:id_token")]
    [InlineData("requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token")]
    [InlineData("requested_token_type", "urn:ietf:params:oauth:token-type:jwt")]
    [InlineData("actor_token_type", ExchangeCalls.AccessToken)]
    [InlineData("actor_token", "x")]
    public async Task RFC_8693_2_1_Parameters_that_are_missing_or_name_what_is_not_supported_are_refused(string name, string value)
    {
        var (visitor, tokens, service) = await ReadyAsync();
        using var _ = visitor;
        var form = ExchangeCalls.Form(tokens.AccessToken).Where(pair => pair.Name != name).Concat(value.Length == 0 ? [] : [(name, value)]);

        await RefusedAsync(service, "invalid_request", [.. form]);
    }

    [Fact]
    public async Task TOK_13_The_token_of_a_closed_session_or_of_a_disabled_user_is_refused()
    {
        var (visitor, tokens, service) = await ReadyAsync();
        using var _ = visitor;
        var (other, ofDisabled, user) = await system.SubjectAsync();
        using var _1 = other;
        var second = await system.ExchangerAsync(ExchangeCalls.TokensOf(other.ClientId));
        await system.ExchangedAsync(service, ExchangeCalls.Form(tokens.AccessToken));
        await system.ExchangedAsync(second, ExchangeCalls.Form(ofDisabled.AccessToken));

        await system.CloseSessionOfAsync(tokens.AccessToken);
        await system.InStoreAsync(store => store.Users.Where(row => row.Id == user).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.DisabledAt, TimeProvider.System.GetUtcNow()), TestContext.Current.CancellationToken));

        await RefusedAsync(service, "invalid_request", ExchangeCalls.Form(tokens.AccessToken));
        await RefusedAsync(second, "invalid_request", ExchangeCalls.Form(ofDisabled.AccessToken));
    }

    [Fact]
    public async Task TOK_13_Neither_a_disabled_client_exchanges_anything_nor_is_anything_of_one_exchanged()
    {
        var (visitor, tokens, service) = await ReadyAsync();
        using var _ = visitor;
        var caller = await system.ServiceAsync("users:read");
        var second = await system.ExchangerAsync(ExchangeCalls.TokensOf(caller.Id));
        var ofCaller = await system.OwnTokenAsync(caller);
        await system.ExchangedAsync(second, ExchangeCalls.Form(ofCaller));

        await system.DisableAsync(service.Id);
        await system.DisableAsync(caller.Id);

        await system.ExchangeAsync(service, ExchangeCalls.Form(tokens.AccessToken)).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await RefusedAsync(second, "invalid_request", ExchangeCalls.Form(ofCaller));
    }

    [Fact]
    public async Task A_revoked_token_is_refused()
    {
        var (visitor, tokens, service) = await ReadyAsync();
        using var _ = visitor;

        using var revoked = await visitor.PostAsApplicationAsync("connect/revoke", ("token", tokens.AccessToken));

        await RefusedAsync(service, "invalid_request", ExchangeCalls.Form(tokens.AccessToken));
    }

    [Fact]
    public async Task TOK_12_A_token_of_a_client_nobody_named_is_refused_and_those_of_our_own_always()
    {
        var (visitor, tokens, _) = await system.SubjectAsync();
        using var _1 = visitor;
        var stranger = await system.ExchangerAsync(ExchangeCalls.TokensOf("somebody-else"));
        var named = await system.ExchangerAsync(ExchangeCalls.TokensOf("user-domain:AdminUi"));
        var ofConsole = system.Reissue(tokens.AccessToken, claims => claims["client_id"] = "user-domain:AdminUi");

        Assert.Contains("neither issued to the client", await RefusedAsync(stranger, "invalid_request", ExchangeCalls.Form(tokens.AccessToken)), StringComparison.Ordinal);
        Assert.Contains("product's own", await RefusedAsync(named, "invalid_request", ExchangeCalls.Form(ofConsole)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_acts_only_in_the_way_it_may()
    {
        var (visitor, tokens, _) = await system.SubjectAsync();
        using var _1 = visitor;
        var all = ExchangeCalls.TokensOf(visitor.ClientId);
        var delegates = await system.ExchangerAsync(all with { Impersonation = false });
        var impersonates = await system.ExchangerAsync(all with { Delegation = false });

        await RefusedAsync(delegates, "unauthorized_client", ExchangeCalls.Form(tokens.AccessToken));
        await RefusedAsync(impersonates, "unauthorized_client", ExchangeCalls.Form(tokens.AccessToken, await system.OwnTokenAsync(impersonates)));
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
            await RefusedAsync(plain, "unauthorized_client", form);
            await RefusedAsync(unruled, "unauthorized_client", form);
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

        await RefusedAsync(service, error, ExchangeCalls.Form(tokens.AccessToken, (name, value)));
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

        await RefusedAsync(client, "invalid_scope", ExchangeCalls.Form(tokens.AccessToken, ("scope", "users:read offline_access")));
        var answer = await system.ExchangeAsync(client, ExchangeCalls.Form(tokens.AccessToken)).BodyAsync();

        Assert.Equal("openid users:read", answer.Text("scope"));
        Assert.False(answer.TryGetProperty("refresh_token", out JsonElement _));
    }

    [Fact]
    public async Task A_scope_of_the_token_the_client_is_not_registered_for_is_refused()
    {
        var (visitor, tokens, service) = await ReadyAsync("users:read", "users:write");
        using var _ = visitor;

        await RefusedAsync(service, "invalid_scope", ExchangeCalls.Form(tokens.AccessToken, ("scope", "users:write")));
    }

    [Fact]
    public async Task An_API_the_policy_does_not_name_and_two_at_a_time_are_refused()
    {
        var (visitor, tokens, _) = await system.SubjectAsync();
        using var _1 = visitor;
        var service = await system.ExchangerAsync(ExchangeCalls.TokensOf(visitor.ClientId) with { Audiences = ["urn:user-domain:roles"] });
        var users = await system.ExchangerAsync(ExchangeCalls.TokensOf(visitor.ClientId));

        await RefusedAsync(service, "invalid_target", ExchangeCalls.Form(tokens.AccessToken));
        await RefusedAsync(users, "invalid_target", ExchangeCalls.Form(tokens.AccessToken, ("audience", ExchangeCalls.Users), ("audience", "urn:user-domain:roles")));
        await RefusedAsync(users, "invalid_target", ExchangeCalls.Form(tokens.AccessToken, ("audience", "urn:user-domain:roles"), ("resource", ExchangeCalls.Users)));
    }

    [Fact]
    public async Task The_actor_token_has_to_be_the_clients_and_of_who_acts_themselves()
    {
        var (visitor, tokens, service) = await ReadyAsync();
        using var _ = visitor;
        var other = await system.ExchangerAsync(ExchangeCalls.TokensOf());
        var own = await system.OwnTokenAsync(service);
        var delegated = await system.ExchangedAsync(service, ExchangeCalls.Form(tokens.AccessToken, own));

        await RefusedAsync(service, "invalid_request", ExchangeCalls.Form(tokens.AccessToken, await system.OwnTokenAsync(other)));
        await RefusedAsync(service, "invalid_request", ExchangeCalls.Form(tokens.AccessToken, tokens.AccessToken));
        await RefusedAsync(service, "invalid_request", ExchangeCalls.Form(tokens.AccessToken, delegated));
    }

    [Fact]
    public async Task A_token_is_handed_on_so_often_and_no_more()
    {
        var (visitor, tokens, service) = await ReadyAsync();
        using var _ = visitor;
        var own = await system.OwnTokenAsync(service);
        var token = tokens.AccessToken;
        for (var count = 0; count < ActorChain.Most; count++)
        {
            token = await system.ExchangedAsync(service, ExchangeCalls.Form(token, own));
        }

        Assert.Equal(ActorChain.Most, Jwt.ClaimsOf(token).Actors().Count);
        Assert.True(token.Length < 4096, "TOK-06");
        await RefusedAsync(service, "invalid_request", ExchangeCalls.Form(token, own));
    }

    [Theory]
    [InlineData("""{"sub":"somebody-else"}""")]
    [InlineData("""{"sub":"*","client_id":"somebody-else"}""")]
    [InlineData("""{"sub":"*","iss":"https://elsewhere.example.test/"}""")]
    [InlineData("""{"sub":"*","email":"nobody@example.test"}""")]
    [InlineData("""{"client_id":"*"}""")]
    [InlineData("{}")]
    public async Task RFC_8693_4_4_Who_is_not_the_one_the_token_names_cannot_act(string named)
    {
        var (visitor, tokens, service) = await ReadyAsync();
        using var _ = visitor;
        var reserved = system.Reissue(tokens.AccessToken, claims => claims["may_act"] = JsonNode.Parse(named.Replace("*", service.Id, StringComparison.Ordinal)));

        await RefusedAsync(service, "invalid_request", ExchangeCalls.Form(reserved));
        await RefusedAsync(service, "invalid_request", ExchangeCalls.Form(reserved, await system.OwnTokenAsync(service)));
    }

    private async Task<(WebVisitor Visitor, TokenAnswer Tokens, ServiceClient Service)> ReadyAsync(params string[] scopes)
    {
        var (visitor, tokens, _) = await system.SubjectAsync(["users:read", .. scopes.Except(["users:read"])]);
        return (visitor, tokens, await system.ExchangerAsync(ExchangeCalls.TokensOf(visitor.ClientId)));
    }

    private async Task<string> RefusedAsync(ServiceClient client, string error, params (string Name, string Value)[] form)
    {
        var refusal = await system.ExchangeAsync(client, form).ErrorAsync(HttpStatusCode.BadRequest, error);
        return refusal.Text("error_description")!;
    }
}
