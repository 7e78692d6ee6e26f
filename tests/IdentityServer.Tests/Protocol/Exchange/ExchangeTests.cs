using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.Contracts;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Tests.ClientApi;
using UserDomain.IdentityServer.Tests.Protocol.Dpop;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.Exchange;

/// <summary>Token exchange (RFC 8693), where it is allowed.</summary>
public sealed class ExchangeTests(RunningSystem system)
{
    [Fact]
    public async Task RFC_8693_2_2_1_By_delegation_a_service_gets_a_token_for_a_user_that_tells_who_acts()
    {
        var (visitor, tokens, user) = await system.SubjectAsync();
        using var _ = visitor;
        var service = await system.ExchangerAsync(ExchangeCalls.TokensOf(visitor.ClientId));

        var answer = await system.ExchangeAsync(service, ExchangeCalls.Form(tokens.AccessToken, await system.OwnTokenAsync(service), ("scope", "users:read"))).BodyAsync();

        Assert.Equal((ExchangeCalls.AccessToken, "Bearer"), (answer.Text("issued_token_type"), answer.Text("token_type")));
        Assert.InRange(answer.GetProperty("expires_in").GetInt32(), 1, 300);
        Assert.Equal(["access_token", "expires_in", "issued_token_type", "token_type"], answer.EnumerateObject().Select(member => member.Name).Order());
        var (before, after) = (Jwt.ClaimsOf(tokens.AccessToken), Jwt.ClaimsOf(answer.Text("access_token")!));
        Assert.Equal("at+jwt", Jwt.HeaderOf(answer.Text("access_token")!).Text("typ"));
        Assert.Equal((user.ToString(), service.Id), (after.Text("sub"), after.Text("client_id")));
        Assert.Equal($$"""{"sub":"{{service.Id}}","client_id":"{{service.Id}}"}""", after.GetProperty("act").Compact());
        Assert.Equal([ExchangeCalls.Users], after.Strings("aud"));
        Assert.Equal("users:read", after.Text("scope"));
        Assert.Equal(["users:read"], after.Strings("permissions"));
        Assert.True(after.GetProperty("exp").GetInt64() <= before.GetProperty("exp").GetInt64());
        Assert.NotEqual(before.Text("jti"), after.Text("jti"));
        Assert.All(["sid", "ver", "auth_time", "acr", "amr", "iss"], name => Assert.Equal(before.GetProperty(name).GetRawText(), after.GetProperty(name).GetRawText()));
        using var read = await system.GetAsync("api/v1/users?limit=1", "Bearer", answer.Text("access_token")!);
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
    }

    [Fact]
    public async Task By_impersonation_nobody_is_told()
    {
        var (visitor, tokens, user) = await system.SubjectAsync();
        using var _ = visitor;
        var service = await system.ExchangerAsync(ExchangeCalls.TokensOf(visitor.ClientId));

        var claims = Jwt.ClaimsOf(await system.ExchangedAsync(service, ExchangeCalls.Form(tokens.AccessToken)));

        Assert.Equal((user.ToString(), service.Id), (claims.Text("sub"), claims.Text("client_id")));
        Assert.Empty(claims.Actors());
    }

    [Theory]
    [InlineData("audience", ExchangeCalls.Users)]
    [InlineData("resource", ExchangeCalls.Users)]
    [InlineData("requested_token_type", ExchangeCalls.AccessToken)]
    [InlineData("nobody_knows_this", "x")]
    public async Task What_is_asked_for_may_be_named_and_what_nobody_knows_is_ignored(string name, string value)
    {
        var (visitor, tokens, _) = await system.SubjectAsync();
        using var _1 = visitor;
        var service = await system.ExchangerAsync(ExchangeCalls.TokensOf(visitor.ClientId));

        var claims = Jwt.ClaimsOf(await system.ExchangedAsync(service, ExchangeCalls.Form(tokens.AccessToken, (name, value))));

        Assert.Equal([ExchangeCalls.Users], claims.Strings("aud"));
    }

    [Fact]
    public async Task Without_a_scope_the_token_has_those_that_both_the_client_and_the_subject_token_have()
    {
        var (visitor, tokens, _) = await system.SubjectAsync("users:read", "users:write", "offline_access");
        using var _1 = visitor;
        Assert.Contains("users:write", Jwt.ClaimsOf(tokens.AccessToken).Text("scope")!, StringComparison.Ordinal);
        var service = await system.ExchangerAsync(ExchangeCalls.TokensOf(visitor.ClientId), "users:read", "roles:read", "offline_access");

        var answer = await system.ExchangeAsync(service, ExchangeCalls.Form(tokens.AccessToken)).BodyAsync();

        Assert.Equal("users:read", answer.Text("scope"));
        Assert.Equal("users:read", Jwt.ClaimsOf(answer.Text("access_token")!).Text("scope"));
    }

    [Fact]
    public async Task RFC_8693_4_1_Who_acted_before_stays_named_whatever_comes_after()
    {
        var (visitor, tokens, _) = await system.SubjectAsync();
        using var _1 = visitor;
        var first = await system.ExchangerAsync(ExchangeCalls.TokensOf(visitor.ClientId));
        var second = await system.ExchangerAsync(ExchangeCalls.TokensOf(first.Id));
        var delegated = await system.ExchangedAsync(first, ExchangeCalls.Form(tokens.AccessToken, await system.OwnTokenAsync(first)));

        var further = await system.ExchangedAsync(second, ExchangeCalls.Form(delegated, await system.OwnTokenAsync(second)));
        var impersonated = await system.ExchangedAsync(second, ExchangeCalls.Form(further));

        Assert.Equal([second.Id, first.Id], Jwt.ClaimsOf(further).Actors());
        Assert.Equal([second.Id, first.Id], Jwt.ClaimsOf(impersonated).Actors());
    }

    [Fact]
    public async Task A_person_may_act_for_another_through_an_application_of_their_own()
    {
        var (visitor, tokens, user) = await system.SubjectAsync();
        using var _ = visitor;
        var helper = await system.CreateUserAsync("exchange-helper", roles: "support");
        using var desk = await system.VisitorOfAsync(new(ClientCalls.UniqueId("desk"), ClientType.Web)
        {
            Scopes = ["openid", "users:read"],
            Grants = [ClientGrant.AuthorizationCode, ClientGrant.TokenExchange],
            TokenExchange = ExchangeCalls.TokensOf(visitor.ClientId) with { Impersonation = false },
        });
        var own = await desk.SignInAsync("exchange-helper", RunningSystem.Password);

        var claims = Jwt.ClaimsOf(await system.ExchangedAsync(new(desk.ClientId, desk.ClientSecret), ExchangeCalls.Form(tokens.AccessToken, own.AccessToken)));

        Assert.Equal(user.ToString(), claims.Text("sub"));
        Assert.Equal($$"""{"sub":"{{helper}}"}""", claims.GetProperty("act").Compact());
        var told = await system.EventAsync(user, AuditEventTypes.TokenExchanged);
        Assert.Equal(("user", helper.ToString()), (told.GetProperty("actor").Text("type"), told.GetProperty("actor").Text("id")));
    }

    [Fact]
    public async Task The_token_of_a_service_can_be_exchanged_and_has_the_rights_of_that_service()
    {
        using var caller = await system.ClientWithAsync(["users:read"]);
        var service = await system.ExchangerAsync(ExchangeCalls.TokensOf(caller.ClientId()));

        var token = await system.ExchangedAsync(service, ExchangeCalls.Form(caller.DefaultRequestHeaders.Authorization!.Parameter!, await system.OwnTokenAsync(service)));

        var claims = Jwt.ClaimsOf(token);
        Assert.Equal((caller.ClientId(), service.Id), (claims.Text("sub"), claims.Text("client_id")));
        Assert.Equal([service.Id], claims.Actors());
        Assert.Equal(["users:read"], claims.Strings("permissions"));
    }

    [Fact]
    public async Task A_token_that_was_issued_to_the_client_or_is_meant_for_it_needs_no_other_client_to_be_named()
    {
        const string Roles = "urn:user-domain:roles";
        var (visitor, tokens, _) = await system.SubjectAsync("roles:read");
        using var _1 = visitor;
        var api = new ClientSpec(Roles, ClientType.Service)
        {
            Scopes = ["roles:read"],
            Grants = [ClientGrant.ClientCredentials, ClientGrant.TokenExchange],
            ClientSecret = new('u', 32),
            TokenExchange = ExchangeCalls.TokensOf() with { Audiences = [Roles] },
        };
        await system.RegisterAsync(api);
        var service = new ServiceClient(api.ClientId, api.ClientSecret);

        var meant = await system.ExchangedAsync(service, ExchangeCalls.Form(tokens.AccessToken));
        var own = await system.ExchangedAsync(service, ExchangeCalls.Form(meant));

        Assert.Equal(Jwt.ClaimsOf(tokens.AccessToken).Text("sub"), Jwt.ClaimsOf(own).Text("sub"));
    }

    [Fact]
    public async Task TOK_12_Introspection_tells_who_acts()
    {
        var (visitor, tokens, user) = await system.SubjectAsync();
        using var _ = visitor;
        var service = await system.ExchangerAsync(ExchangeCalls.TokensOf(visitor.ClientId));
        var token = await system.ExchangedAsync(service, ExchangeCalls.Form(tokens.AccessToken, await system.OwnTokenAsync(service)));

        var seen = await system.PostAsync(service, "connect/introspect", ("token", token)).BodyAsync();

        Assert.True(seen.GetProperty("active").GetBoolean());
        Assert.Equal(user.ToString(), seen.Text("sub"));
        Assert.Equal([service.Id], seen.Actors());
    }

    [Fact]
    public async Task TOK_13_REV_01_The_new_token_ends_with_the_session_of_the_old_one()
    {
        var (visitor, tokens, _) = await system.SubjectAsync();
        using var _1 = visitor;
        var service = await system.ExchangerAsync(ExchangeCalls.TokensOf(visitor.ClientId));
        var token = await system.ExchangedAsync(service, ExchangeCalls.Form(tokens.AccessToken, ("scope", "openid users:read")));
        using var before = await system.UserInfoAsync(token);
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        await system.CloseSessionOfAsync(tokens.AccessToken);

        Assert.Equal("""{"active":false}""", (await system.PostAsync(service, "connect/introspect", ("token", token)).BodyAsync()).Compact());
        using var after = await system.UserInfoAsync(token);
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
    }

    [Fact]
    public async Task RFC_7009_The_client_can_revoke_what_it_got_and_the_user_keeps_the_rest()
    {
        var (visitor, tokens, _) = await system.SubjectAsync();
        using var _1 = visitor;
        var service = await system.ExchangerAsync(ExchangeCalls.TokensOf(visitor.ClientId));
        var token = await system.ExchangedAsync(service, ExchangeCalls.Form(tokens.AccessToken));

        using var revoked = await system.PostAsync(service, "connect/revoke", ("token", token));

        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        await system.ExchangeAsync(service, ExchangeCalls.Form(token)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
        await system.ExchangedAsync(service, ExchangeCalls.Form(tokens.AccessToken));
    }

    [Fact]
    public async Task TOK_06_The_new_token_lives_no_longer_than_the_old_one_and_has_no_row()
    {
        var (visitor, tokens, user) = await system.SubjectAsync();
        using var _ = visitor;
        var service = await system.ExchangerAsync(ExchangeCalls.TokensOf(visitor.ClientId));
        var ends = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 40;
        var rows = await RowsAsync();

        var fromSubject = await system.ExchangedAsync(service, ExchangeCalls.Form(system.Reissue(tokens.AccessToken, claims => claims["exp"] = ends)));
        var actor = system.Reissue(await system.OwnTokenAsync(service), claims => claims["exp"] = ends);
        var fromActor = await system.ExchangedAsync(service, ExchangeCalls.Form(tokens.AccessToken, actor));

        Assert.All([fromSubject, fromActor], token => Assert.InRange(Jwt.ClaimsOf(token).GetProperty("exp").GetInt64(), ends - 30, ends));
        Assert.Equal(rows, await RowsAsync());

        Task<int> RowsAsync() => system.InStoreAsync(store => store.Set<OpenIddictEntityFrameworkCoreToken<Guid>>().CountAsync(row => row.Subject == user.ToString(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task RFC_8693_4_4_Who_the_token_names_may_act()
    {
        var (visitor, tokens, _) = await system.SubjectAsync();
        using var _1 = visitor;
        var service = await system.ExchangerAsync(ExchangeCalls.TokensOf(visitor.ClientId));
        var reserved = system.Reissue(tokens.AccessToken, claims => claims["may_act"] = new System.Text.Json.Nodes.JsonObject { ["sub"] = service.Id, ["client_id"] = service.Id, ["iss"] = system.PublicUrl.AbsoluteUri });

        await system.ExchangedAsync(service, ExchangeCalls.Form(reserved));
        var delegated = Jwt.ClaimsOf(await system.ExchangedAsync(service, ExchangeCalls.Form(reserved, await system.OwnTokenAsync(service))));

        Assert.Equal([service.Id], delegated.Actors());
        Assert.False(delegated.TryGetProperty("may_act", out JsonElement _), "RFC 8693 section 4.4: it is said of the token that was exchanged");
    }

    [Fact]
    public async Task What_was_exchanged_for_whom_and_by_whom_is_in_the_audit_trail()
    {
        var (visitor, tokens, user) = await system.SubjectAsync();
        using var _ = visitor;
        var service = await system.ExchangerAsync(ExchangeCalls.TokensOf(visitor.ClientId));

        await system.ExchangedAsync(service, ExchangeCalls.Form(tokens.AccessToken, await system.OwnTokenAsync(service), ("scope", "users:read")));

        var told = await system.EventAsync(user, AuditEventTypes.TokenExchanged);
        var claims = Jwt.ClaimsOf(tokens.AccessToken);
        Assert.Equal(("client", service.Id), (told.GetProperty("actor").Text("type"), told.GetProperty("actor").Text("id")));
        Assert.Equal((service.Id, claims.Text("sid")), (told.Text("clientId"), told.Text("sessionId")));
        var after = told.GetProperty("after");
        Assert.Equal(("delegation", claims.Text("jti"), visitor.ClientId, ExchangeCalls.Users), (after.Text("kind"), after.Text("token"), after.Text("issuedTo"), after.Text("audience")));
        Assert.Equal(["users:read"], after.Strings("scopes"));
        Assert.Equal(service.Id, after.GetProperty("act").Text("sub"));
    }
}
