using System.Net;
using Microsoft.EntityFrameworkCore;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Protocol.Replays;
using UserDomain.IdentityServer.Pruning;
using UserDomain.ServiceDefaults.Dpop;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.Dpop;

/// <summary>Tokens bound to a key of the client, where they are got (RFC 9449 sections 5, 8 and 10).</summary>
public sealed class TokenTests(RunningSystem system)
{
    [Theory]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("PS256")]
    public async Task TOK_10_A_token_that_is_asked_for_with_a_proof_is_bound_to_its_key(string algorithm)
    {
        using var key = algorithm == "PS256" ? DpopKey.CreateRsa() : DpopKey.Create(algorithm);

        Assert.Equal(key.Thumbprint, DpopCalls.BoundTo(await system.BoundTokenAsync(key, "roles:read")));
    }

    [Fact]
    public async Task A_token_that_is_asked_for_without_a_proof_is_a_bearers_as_ever()
    {
        var service = await system.ServiceAsync("roles:read");

        using var response = await system.PostAsync(service, DpopCalls.Token, ("grant_type", "client_credentials"));
        var answer = await Task.FromResult(response).BodyAsync();

        Assert.Equal("Bearer", answer.Text("token_type"));
        Assert.Null(DpopCalls.BoundTo(answer.Text("access_token")!));
        Assert.False(response.Headers.Contains("DPoP-Nonce"));
    }

    [Fact]
    public async Task A_proof_without_our_nonce_is_answered_with_one_that_is_good()
    {
        using var key = DpopKey.Create();
        var service = await system.ServiceAsync("roles:read");
        (string, string)[] form = [("grant_type", "client_credentials"), ("client_id", service.Id), ("client_secret", service.Secret)];

        using var first = await system.PostWithAsync([system.ProofFor(key, HttpMethod.Post, DpopCalls.Token)], DpopCalls.Token, form);
        await Task.FromResult(first).ErrorAsync(HttpStatusCode.BadRequest, "use_dpop_nonce");
        await system.PostWithAsync([system.ProofFor(key, HttpMethod.Post, DpopCalls.Token, nonce: "made-up")], DpopCalls.Token, form).ErrorAsync(HttpStatusCode.BadRequest, "use_dpop_nonce");
        var nonce = Assert.Single(first.Headers.GetValues("DPoP-Nonce"));
        using var second = await system.PostWithAsync([system.ProofFor(key, HttpMethod.Post, DpopCalls.Token, nonce: nonce)], DpopCalls.Token, form);

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Single(second.Headers.GetValues("DPoP-Nonce"));
        Assert.True(second.Headers.CacheControl?.NoStore, "TOK-09");
    }

    [Fact]
    public async Task TOK_10_A_client_that_was_registered_for_bound_tokens_gets_no_others_and_keeps_its_code()
    {
        using var key = DpopKey.Create();
        var (visitor, code) = await system.CodeAsync(Spa("dpop-required") with { SenderConstraint = SenderConstraint.Dpop }, "dora-required");
        using var _ = visitor;

        await system.RedeemAsync(visitor, code).ErrorAsync(HttpStatusCode.BadRequest, "invalid_dpop_proof");
        await system.RedeemAsync(visitor, code, "garbage").ErrorAsync(HttpStatusCode.BadRequest, "invalid_dpop_proof");
        var tokens = await system.RedeemAsync(visitor, code, await ProofAsync(key)).BodyAsync();

        Assert.Equal(key.Thumbprint, DpopCalls.BoundTo(tokens.Text("access_token")!));
        await system.RefreshAsync(visitor, tokens.Text("refresh_token")!).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
    }

    [Fact]
    public async Task A_refresh_token_of_a_client_without_a_secret_is_good_with_its_key_only()
    {
        using var key = DpopKey.Create();
        using var other = DpopKey.Create();
        var (visitor, code) = await system.CodeAsync(Spa("dpop-public"), "dora-public");
        using var _ = visitor;
        var first = await system.RedeemAsync(visitor, code, await ProofAsync(key)).BodyAsync();

        await system.RefreshAsync(visitor, first.Text("refresh_token")!).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
        await system.RefreshAsync(visitor, first.Text("refresh_token")!, await ProofAsync(other)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
        var second = await system.RefreshAsync(visitor, first.Text("refresh_token")!, await ProofAsync(key)).BodyAsync();
        await system.RefreshAsync(visitor, second.Text("refresh_token")!, await ProofAsync(other)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
        var third = await system.RefreshAsync(visitor, second.Text("refresh_token")!, await ProofAsync(key)).BodyAsync();

        Assert.Equal(("DPoP", key.Thumbprint), (third.Text("token_type"), DpopCalls.BoundTo(third.Text("access_token")!)));
    }

    [Fact]
    public async Task A_client_with_a_secret_may_have_another_key_at_each_refresh()
    {
        using var key = DpopKey.Create();
        using var other = DpopKey.Create();
        var (visitor, code) = await system.CodeAsync(Web("dpop-confidential"), "dora-confidential");
        using var _ = visitor;
        var first = await system.RedeemAsync(visitor, code, await ProofAsync(key)).BodyAsync();

        var second = await system.RefreshAsync(visitor, first.Text("refresh_token")!, await ProofAsync(other)).BodyAsync();
        var third = await system.RefreshAsync(visitor, second.Text("refresh_token")!).BodyAsync();

        Assert.Equal(other.Thumbprint, DpopCalls.BoundTo(second.Text("access_token")!));
        Assert.Equal(("Bearer", null), (third.Text("token_type"), DpopCalls.BoundTo(third.Text("access_token")!)));
    }

    [Fact]
    public async Task A_code_whose_request_named_a_key_is_redeemed_by_that_key_only()
    {
        using var key = DpopKey.Create();
        using var other = DpopKey.Create();
        var (visitor, code) = await system.CodeAsync(Web("dpop-named"), "dora-named", ("dpop_jkt", key.Thumbprint));
        using var _ = visitor;

        await system.RedeemAsync(visitor, code).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
        await system.RedeemAsync(visitor, code, await ProofAsync(other)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
        var tokens = await system.RedeemAsync(visitor, code, await ProofAsync(key)).BodyAsync();

        Assert.Equal(key.Thumbprint, DpopCalls.BoundTo(tokens.Text("access_token")!));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9X!")]
    public async Task A_request_that_names_no_key_one_could_have_is_refused(string thumbprint)
    {
        using var visitor = await system.VisitorAsync();

        using var refused = await visitor.Http.GetAsync(visitor.AuthorizeUrl(("dpop_jkt", thumbprint)));

        Assert.Equal("invalid_request", WebVisitor.QueryOf(refused)["error"]);
    }

    [Fact]
    public async Task TST_02_Replicas_without_Redis_take_a_proof_once_between_them_and_forget_it_when_it_has_ended()
    {
        DpopProof proof = new("key", $"race-{Guid.CreateVersion7():n}");

        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => system.InStoreAsync(store =>
            new StoreReplayMemory(store, TimeProvider.System).TakeAsync(proof, TestContext.Current.CancellationToken).AsTask())));

        Assert.Single(taken, wasNew => wasNew);
        await system.InStoreAsync(store => store.UsedProofs.Where(row => row.Id == proof.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.ExpiresAt, 1)));
        await system.InStoreAsync(store => EndedRows.ProofsAsync(store, TimeProvider.System, TestContext.Current.CancellationToken));
        Assert.False(await system.InStoreAsync(store => store.UsedProofs.AnyAsync(row => row.Id == proof.Id)));
    }

    [Fact]
    public async Task Introspection_says_what_a_token_is_bound_to_and_needs_no_proof_of_it()
    {
        using var key = DpopKey.Create();
        var (visitor, code) = await system.CodeAsync(Web("dpop-introspected"), "dora-introspected");
        using var _ = visitor;
        var tokens = await system.RedeemAsync(visitor, code, await ProofAsync(key)).BodyAsync();

        var seen = await visitor.PostAsApplicationAsync("connect/introspect", ("token", tokens.Text("access_token")!)).BodyAsync();

        Assert.True(seen.GetProperty("active").GetBoolean());
        Assert.Equal(("DPoP", key.Thumbprint), (seen.Text("token_type"), seen.GetProperty("cnf").Text("jkt")));
    }

    private async Task<string> ProofAsync(DpopKey key) => system.ProofFor(key, HttpMethod.Post, DpopCalls.Token, nonce: await system.NonceAsync());

    private static ClientSpec Spa(string id) => new(id, ClientType.Spa) { Scopes = ["openid", "offline_access"] };

    private static ClientSpec Web(string id) => new(id, ClientType.Web) { Scopes = ["openid", "offline_access"], ClientSecret = "quiet-lantern-over-fjord-71-quiet-lantern" };
}
