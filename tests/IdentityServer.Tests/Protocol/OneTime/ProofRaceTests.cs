using System.Net;
using UserDomain.IdentityServer.Tests.Protocol.Assertions;
using UserDomain.IdentityServer.Tests.Protocol.Dpop;
using UserDomain.ServiceDefaults.Hosting;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.OneTime;

/// <summary>What proves something proves it once (CLI-01, TST-02).</summary>
[Collection(nameof(RacingReplicas))]
public sealed class ProofRaceTests(RacingReplicas replicas)
{
    private const string Me = "api/v1/me";

    [Fact]
    public async Task TST_02_CLI_01_Of_twenty_uses_of_one_assertion_exactly_one_passes()
    {
        using var key = DpopKey.Create();
        var client = await replicas.A.KeyServiceAsync(key);
        for (var round = 0; round < Race.Rounds; round++)
        {
            var assertion = replicas.A.AssertionOf(client, key);

            var answers = await Race.RunAsync(replicas.Both, () => Race.Form(AssertionCalls.Token, [("grant_type", "client_credentials"), .. AssertionCalls.Form(assertion)]));

            await answers.WinnerAsync(HttpStatusCode.Unauthorized, "invalid_client");
        }
    }

    [Fact]
    public async Task TST_02_Of_twenty_requests_for_tokens_with_one_proof_exactly_one_is_answered_with_a_token()
    {
        using var key = DpopKey.Create();
        var service = await replicas.A.ServiceAsync("roles:read");
        for (var round = 0; round < Race.Rounds; round++)
        {
            var proof = replicas.A.ProofFor(key, HttpMethod.Post, DpopCalls.Token, nonce: await replicas.A.NonceAsync());

            var answers = await Race.RunAsync(replicas.Both, () => Proven(
                Race.Form(DpopCalls.Token, ("grant_type", "client_credentials"), ("client_id", service.Id), ("client_secret", service.Secret)), proof));

            var winner = await answers.WinnerAsync(HttpStatusCode.BadRequest, "invalid_dpop_proof");
            Assert.Equal(key.Thumbprint, DpopCalls.BoundTo(winner.Text("access_token")!));
        }
    }

    [Theory]
    [InlineData(DpopCalls.UserInfo, "openid")]
    [InlineData(Me, "profile:self")]
    public async Task TST_02_Of_twenty_requests_with_one_proof_of_a_token_exactly_one_is_answered(string path, string scope)
    {
        using var key = DpopKey.Create();
        var name = $"rae-{scope[..6]}";
        await replicas.A.CreateUserAsync(name);
        using var visitor = await replicas.A.VisitorAsync([.. new[] { scope }.Except(["openid"])]);
        var bind = replicas.A.ProofFor(key, HttpMethod.Post, DpopCalls.Token, nonce: await replicas.A.NonceAsync());
        var token = (await replicas.A.RedeemAsync(visitor, await visitor.CodeAsync(name, RunningSystem.Password), bind).BodyAsync()).Text("access_token")!;
        for (var round = 0; round < Race.Rounds; round++)
        {
            var proof = replicas.A.ProofFor(key, HttpMethod.Get, path, token);

            var answers = await Race.RunAsync(MemoryOf(path), () => Proven(new(HttpMethod.Get, path) { Headers = { Authorization = new("DPoP", token) } }, proof));

            var winner = Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
            Assert.All(answers.Where(answer => answer != winner), answer =>
            {
                Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
                Assert.StartsWith("error=\"invalid_dpop_proof\"", Assert.Single(answer.Headers.WwwAuthenticate).Parameter, StringComparison.Ordinal);
            });
        }
    }

    // APIs have no database of proofs: without Redis each process remembers for itself, and there is but one then.
    private RunningSystem[] MemoryOf(string path) =>
        path == Me && replicas.A.PartOf<IServiceProvider>().GetService<RedisConnection>() is null ? [replicas.A] : replicas.Both;

    private static HttpRequestMessage Proven(HttpRequestMessage request, string proof)
    {
        request.Headers.TryAddWithoutValidation("DPoP", proof);
        return request;
    }
}
