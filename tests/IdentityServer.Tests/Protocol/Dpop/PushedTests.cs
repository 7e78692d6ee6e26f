using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.Dpop;

/// <summary>Pushed requests with a proof or a key (RFC 9449 section 10.1).</summary>
public sealed class PushedTests(RunningSystem system)
{
    private const string Endpoint = "connect/par";

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task A_pushed_request_is_bound_to_the_key_it_names_or_proves(bool names, bool proves)
    {
        using var key = DpopKey.Create();
        using var other = DpopKey.Create();
        var user = $"paul-{names}-{proves}";
        await system.CreateUserAsync(user);
        using var visitor = await system.VisitorAsync();

        using var answer = await PushAsync(visitor, names ? key.Thumbprint : null, proves ? [await ProofAsync(key)] : []);
        var code = await ComeBackAsync(visitor, user, (await Task.FromResult(answer).BodyAsync(HttpStatusCode.Created)).Text("request_uri")!);

        await system.RedeemAsync(visitor, code).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
        await system.RedeemAsync(visitor, code, await TokenProofAsync(other)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
        var tokens = await system.RedeemAsync(visitor, code, await TokenProofAsync(key)).BodyAsync();
        Assert.Equal(key.Thumbprint, DpopCalls.BoundTo(tokens.Text("access_token")!));
    }

    [Fact]
    public async Task A_key_that_is_not_the_one_of_the_proof_is_refused()
    {
        using var key = DpopKey.Create();
        using var other = DpopKey.Create();
        using var visitor = await system.VisitorAsync();

        await PushAsync(visitor, other.Thumbprint, [await ProofAsync(key)]).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
        await PushAsync(visitor, "short", []).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task A_proof_is_good_once_and_only_here()
    {
        using var key = DpopKey.Create();
        using var visitor = await system.VisitorAsync();
        var proof = await ProofAsync(key);

        await PushAsync(visitor, null, [await TokenProofAsync(key)]).ErrorAsync(HttpStatusCode.BadRequest, "invalid_dpop_proof");
        await PushAsync(visitor, null, [system.ProofFor(key, HttpMethod.Post, Endpoint)]).ErrorAsync(HttpStatusCode.BadRequest, "use_dpop_nonce");
        await PushAsync(visitor, null, [proof]).BodyAsync(HttpStatusCode.Created);
        await PushAsync(visitor, null, [proof]).ErrorAsync(HttpStatusCode.BadRequest, "invalid_dpop_proof");
    }

    [Fact]
    public async Task Nothing_in_the_address_binds_what_was_pushed_to_a_key()
    {
        using var key = DpopKey.Create();
        await system.CreateUserAsync("paul-address");
        using var visitor = await system.VisitorAsync();
        using var answer = await PushAsync(visitor, key.Thumbprint, []);
        var uri = (await Task.FromResult(answer).BodyAsync(HttpStatusCode.Created)).Text("request_uri")!;
        using var other = DpopKey.Create();

        var code = await ComeBackAsync(visitor, "paul-address", $"{uri}", ("dpop_jkt", other.Thumbprint));

        await system.RedeemAsync(visitor, code, await TokenProofAsync(other)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
        await system.RedeemAsync(visitor, code, await TokenProofAsync(key)).BodyAsync();
    }

    private Task<HttpResponseMessage> PushAsync(WebVisitor visitor, string? thumbprint, string[] proofs)
    {
        var url = visitor.AuthorizeUrl([("client_secret", visitor.ClientSecret), .. thumbprint is null ? [] : new[] { ("dpop_jkt", thumbprint) }]);
        return system.PostWithAsync(proofs, Endpoint, [.. QueryHelpers.ParseQuery(url[url.IndexOf('?', StringComparison.Ordinal)..]).Select(pair => (pair.Key, pair.Value.ToString()))]);
    }

    private static async Task<string> ComeBackAsync(WebVisitor visitor, string user, string requestUri, params (string Name, string Value)[] more)
    {
        var url = QueryHelpers.AddQueryString("connect/authorize",
            new Dictionary<string, string?>(more.Select(pair => new KeyValuePair<string, string?>(pair.Name, pair.Value))) { ["client_id"] = visitor.ClientId, ["request_uri"] = requestUri });
        var page = await visitor.FollowAsync(await visitor.Http.GetAsync(url));
        return WebVisitor.QueryOf(await visitor.SubmitAsync(page, new() { ["username"] = user, ["password"] = RunningSystem.Password }))["code"]!;
    }

    private async Task<string> ProofAsync(DpopKey key) => system.ProofFor(key, HttpMethod.Post, Endpoint, nonce: await system.NonceAsync());

    private async Task<string> TokenProofAsync(DpopKey key) => system.ProofFor(key, HttpMethod.Post, DpopCalls.Token, nonce: await system.NonceAsync());
}
