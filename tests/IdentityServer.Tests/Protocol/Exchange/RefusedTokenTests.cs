using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using UserDomain.IdentityServer.Protocol.Exchange;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.Exchange;

/// <summary>Tokens that cannot be exchanged or act, whoever sends them (RFC 8693 section 2.2.2).</summary>
public sealed class RefusedTokenTests(RunningSystem system)
{
    [Theory]
    [InlineData("garbage")]
    [InlineData("a.b.c")]
    [InlineData("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.eyJzdWIiOiJ4In0.")]
    [InlineData("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0..")]
    [InlineData("\u0000")]
    public async Task What_is_no_token_of_ours_is_refused_as_subject_and_as_actor(string garbage)
    {
        var (visitor, tokens, service) = await system.ReadyAsync();
        using var _ = visitor;

        await system.RefusedAsync(service, "invalid_request", ExchangeCalls.Form(garbage));
        await system.RefusedAsync(service, "invalid_request", ExchangeCalls.Form(tokens.AccessToken, garbage));
    }

    [Fact]
    public async Task A_token_that_was_changed_is_refused()
    {
        var (visitor, tokens, service) = await system.ReadyAsync();
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
            await system.RefusedAsync(service, "invalid_request", ExchangeCalls.Form(token));
        }
    }

    [Fact]
    public async Task TOK_07_Nothing_but_an_access_token_that_has_not_ended_and_is_ours_is_taken()
    {
        var (visitor, tokens, service) = await system.ReadyAsync("offline_access");
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
            await system.RefusedAsync(service, "invalid_request", ExchangeCalls.Form(token));
        }

        await system.ExchangedAsync(service, ExchangeCalls.Form(system.Reissue(tokens.AccessToken, _ => { })));
    }

    [Theory]
    [InlineData("subject_token", 8192)]
    [InlineData("actor_token", 8192)]
    public async Task TOK_14_A_token_may_be_as_long_as_this_and_no_longer(string name, int length)
    {
        var (visitor, tokens, service) = await system.ReadyAsync();
        using var _ = visitor;

        var longest = await system.RefusedAsync(service, "invalid_request", Form(length));
        var longer = await system.RefusedAsync(service, "invalid_request", Form(length + 1));

        Assert.DoesNotContain("characters", longest, StringComparison.Ordinal);
        Assert.Contains($"'{name}' has more than {length} characters", longer, StringComparison.Ordinal);

        (string, string)[] Form(int length) => name == "subject_token"
            ? ExchangeCalls.Form(new('x', length))
            : ExchangeCalls.Form(tokens.AccessToken, new string('x', length));
    }

    [Fact]
    public async Task API_01_A_token_of_100_kB_is_too_large_to_be_read()
    {
        var (visitor, _, service) = await system.ReadyAsync();
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
        var (visitor, tokens, service) = await system.ReadyAsync();
        using var _ = visitor;
        var form = ExchangeCalls.Form(tokens.AccessToken).Where(pair => pair.Name != name).Concat(value.Length == 0 ? [] : [(name, value)]);

        await system.RefusedAsync(service, "invalid_request", [.. form]);
    }

    [Fact]
    public async Task TOK_13_The_token_of_a_closed_session_or_of_a_disabled_user_is_refused()
    {
        var (visitor, tokens, service) = await system.ReadyAsync();
        using var _ = visitor;
        var (other, ofDisabled, user) = await system.SubjectAsync();
        using var _1 = other;
        var second = await system.ExchangerAsync(ExchangeCalls.TokensOf(other.ClientId));
        await system.ExchangedAsync(service, ExchangeCalls.Form(tokens.AccessToken));
        await system.ExchangedAsync(second, ExchangeCalls.Form(ofDisabled.AccessToken));

        await system.CloseSessionOfAsync(tokens.AccessToken);
        await system.InStoreAsync(store => store.Users.Where(row => row.Id == user).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.DisabledAt, TimeProvider.System.GetUtcNow()), TestContext.Current.CancellationToken));

        await system.RefusedAsync(service, "invalid_request", ExchangeCalls.Form(tokens.AccessToken));
        await system.RefusedAsync(second, "invalid_request", ExchangeCalls.Form(ofDisabled.AccessToken));
    }

    [Fact]
    public async Task TOK_13_Neither_a_disabled_client_exchanges_anything_nor_is_anything_of_one_exchanged()
    {
        var (visitor, tokens, service) = await system.ReadyAsync();
        using var _ = visitor;
        var caller = await system.ServiceAsync("users:read");
        var second = await system.ExchangerAsync(ExchangeCalls.TokensOf(caller.Id));
        var ofCaller = await system.OwnTokenAsync(caller);
        await system.ExchangedAsync(second, ExchangeCalls.Form(ofCaller));

        await system.DisableAsync(service.Id);
        await system.DisableAsync(caller.Id);

        await system.ExchangeAsync(service, ExchangeCalls.Form(tokens.AccessToken)).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await system.RefusedAsync(second, "invalid_request", ExchangeCalls.Form(ofCaller));
    }

    [Fact]
    public async Task A_revoked_token_is_refused()
    {
        var (visitor, tokens, service) = await system.ReadyAsync();
        using var _ = visitor;

        using var revoked = await visitor.PostAsApplicationAsync("connect/revoke", ("token", tokens.AccessToken));

        await system.RefusedAsync(service, "invalid_request", ExchangeCalls.Form(tokens.AccessToken));
    }

    [Fact]
    public async Task TOK_12_A_token_of_a_client_nobody_named_is_refused_and_those_of_our_own_always()
    {
        var (visitor, tokens, _) = await system.SubjectAsync();
        using var _1 = visitor;
        var stranger = await system.ExchangerAsync(ExchangeCalls.TokensOf("somebody-else"));
        var named = await system.ExchangerAsync(ExchangeCalls.TokensOf("user-domain:AdminUi"));
        var ofConsole = system.Reissue(tokens.AccessToken, claims => claims["client_id"] = "user-domain:AdminUi");

        Assert.Contains("neither issued to the client", await system.RefusedAsync(stranger, "invalid_request", ExchangeCalls.Form(tokens.AccessToken)), StringComparison.Ordinal);
        Assert.Contains("product's own", await system.RefusedAsync(named, "invalid_request", ExchangeCalls.Form(ofConsole)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_actor_token_has_to_be_the_clients_and_of_who_acts_themselves()
    {
        var (visitor, tokens, service) = await system.ReadyAsync();
        using var _ = visitor;
        var other = await system.ExchangerAsync(ExchangeCalls.TokensOf());
        var own = await system.OwnTokenAsync(service);
        var delegated = await system.ExchangedAsync(service, ExchangeCalls.Form(tokens.AccessToken, own));

        await system.RefusedAsync(service, "invalid_request", ExchangeCalls.Form(tokens.AccessToken, await system.OwnTokenAsync(other)));
        await system.RefusedAsync(service, "invalid_request", ExchangeCalls.Form(tokens.AccessToken, tokens.AccessToken));
        await system.RefusedAsync(service, "invalid_request", ExchangeCalls.Form(tokens.AccessToken, delegated));
    }

    [Fact]
    public async Task A_token_is_handed_on_so_often_and_no_more()
    {
        var (visitor, tokens, service) = await system.ReadyAsync();
        using var _ = visitor;
        var own = await system.OwnTokenAsync(service);
        var token = tokens.AccessToken;
        for (var count = 0; count < ActorChain.Most; count++)
        {
            token = await system.ExchangedAsync(service, ExchangeCalls.Form(token, own));
        }

        Assert.Equal(ActorChain.Most, Jwt.ClaimsOf(token).Actors().Count);
        Assert.True(token.Length < 4096, "TOK-06");
        await system.RefusedAsync(service, "invalid_request", ExchangeCalls.Form(token, own));
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
        var (visitor, tokens, service) = await system.ReadyAsync();
        using var _ = visitor;
        var reserved = system.Reissue(tokens.AccessToken, claims => claims["may_act"] = JsonNode.Parse(named.Replace("*", service.Id, StringComparison.Ordinal)));

        await system.RefusedAsync(service, "invalid_request", ExchangeCalls.Form(reserved));
        await system.RefusedAsync(service, "invalid_request", ExchangeCalls.Form(reserved, await system.OwnTokenAsync(service)));
    }
}
