using System.Net;
using UserDomain.IdentityServer.Tests.Protocol.Dpop;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.Exchange;

/// <summary>Exchange of tokens that are bound to a key, and for such tokens (RFC 9449).</summary>
public sealed class BoundExchangeTests(RunningSystem system)
{
    [Fact]
    public async Task TOK_10_A_client_that_proves_a_key_gets_a_token_that_is_bound_to_it()
    {
        var (visitor, tokens, _) = await system.SubjectAsync();
        using var _1 = visitor;
        using var key = DpopKey.Create();
        var service = await system.ExchangerAsync(ExchangeCalls.TokensOf(visitor.ClientId));

        var answer = await ProvenAsync(key, service, ExchangeCalls.Form(tokens.AccessToken)).BodyAsync();

        Assert.Equal("DPoP", answer.Text("token_type"));
        Assert.Equal(key.Thumbprint, DpopCalls.BoundTo(answer.Text("access_token")!));
    }

    [Fact]
    public async Task TOK_10_A_bound_token_of_another_client_becomes_one_that_is_bound_to_the_own_key_and_never_a_bearers()
    {
        using var theirs = DpopKey.Create();
        using var own = DpopKey.Create();
        var bound = await system.BoundTokenAsync(theirs, "users:read");
        var service = await system.ExchangerAsync(ExchangeCalls.TokensOf(Jwt.ClaimsOf(bound).Text("client_id")!));

        var refusal = await system.ExchangeAsync(service, ExchangeCalls.Form(bound)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
        var answer = await ProvenAsync(own, service, ExchangeCalls.Form(bound)).BodyAsync();

        Assert.Contains("DPoP", refusal.Text("error_description"), StringComparison.Ordinal);
        Assert.Equal(own.Thumbprint, DpopCalls.BoundTo(answer.Text("access_token")!));
    }

    [Fact]
    public async Task TOK_10_A_token_that_is_bound_to_a_key_of_the_client_is_good_with_that_key_only_as_subject_and_as_actor()
    {
        using var key = DpopKey.Create();
        using var other = DpopKey.Create();
        var (visitor, tokens, _) = await system.SubjectAsync();
        using var _1 = visitor;
        var service = await system.ExchangerAsync(ExchangeCalls.TokensOf(visitor.ClientId));
        var own = (await ProvenAsync(key, service, ("grant_type", "client_credentials"), ("scope", "users:read")).BodyAsync()).Text("access_token")!;

        foreach (var form in new[] { ExchangeCalls.Form(own), ExchangeCalls.Form(tokens.AccessToken, own) })
        {
            await system.ExchangeAsync(service, form).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
            await ProvenAsync(other, service, form).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
            await ProvenAsync(key, service, form).BodyAsync();
        }
    }

    private Task<HttpResponseMessage> ProvenAsync(DpopKey key, ServiceClient service, params (string Name, string Value)[] form) =>
        system.PostProvenAsync(key, DpopCalls.Token, [.. form, ("client_id", service.Id), ("client_secret", service.Secret)]);
}
