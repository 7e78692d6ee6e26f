using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using UserDomain.ServiceDefaults.Dpop;
using UserDomain.ServiceDefaults.Replays;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.Dpop;

/// <summary>The rules of proofs, at random and at their edges (TST-01).</summary>
public sealed class ProofTests(RunningSystem system)
{
    private const string Path = "/api/v1/me";

    private DpopProofs Proofs => system.PartOf<DpopProofs>();

    private string Origin => system.PublicUrl.AbsoluteUri.TrimEnd('/');

    [Theory]
    [InlineData("{origin}/api/v1/me", Path, true)]
    [InlineData("{origin}/api/v1/%6De", Path, true)]
    [InlineData("{origin}/api/./v1/x/../me", Path, true)]
    [InlineData("{origin}/api/v1/me?", Path, true)]
    [InlineData("{ORIGIN}/api/v1/me", Path, true)]
    [InlineData("{origin}/api/v1/%C3%A9", "/api/v1/é", true)]
    [InlineData("{origin}/api/v1/%c3%a9", "/api/v1/é", true)]
    [InlineData("{origin}", "/", true)]
    [InlineData("{origin}/api/v1/me/", Path, false)]
    [InlineData("{origin}/API/v1/me", Path, false)]
    [InlineData("{origin}/api%2Fv1/me", Path, false)]
    [InlineData("{origin}//api/v1/me", Path, false)]
    [InlineData("{origin}\\api\\v1\\me", Path, false)]
    [InlineData(" {origin}/api/v1/me", Path, false)]
    [InlineData("http://user@{authority}/api/v1/me", Path, false)]
    [InlineData("//{authority}/api/v1/me", Path, false)]
    [InlineData("/api/v1/me", Path, false)]
    [InlineData("{authority}/api/v1/me", Path, false)]
    [InlineData("http://localhost:1/api/v1/me", Path, false)]
    [InlineData("http://127.0.0.1/api/v1/me", Path, false)]
    [InlineData("http://[::1/api/v1/me", Path, false)]
    [InlineData("http://xn--/api/v1/me", Path, false)]
    [InlineData("file:///api/v1/me", Path, false)]
    [InlineData("urn:api", Path, false)]
    public async Task An_address_is_compared_by_what_it_means(string htu, string path, bool same)
    {
        using var key = DpopKey.Create();
        var url = htu.Replace("{origin}", Origin, StringComparison.Ordinal)
            .Replace("{ORIGIN}", Origin.ToUpperInvariant(), StringComparison.Ordinal)
            .Replace("{authority}", system.PublicUrl.Authority, StringComparison.Ordinal);

        var (proof, refusal) = await Proofs.CheckAsync(Request(path, key.Prove("GET", url, "token")), "token");

        Assert.Equal((same, same ? null : "invalid_dpop_proof"), (proof is not null, refusal?.Error));
    }

    [Fact]
    public async Task TST_01_Nothing_that_is_sent_as_a_proof_is_answered_with_anything_but_a_refusal()
    {
        using var key = DpopKey.Create();
        using var rsa = DpopKey.CreateRsa();
        await Gen.Select(Mutation.Any, Gen.OneOf(key, key, key, rsa)).SampleAsync(async (mutate, by) =>
        {
            var proof = by.Prove("GET", Origin + Path, "token");
            if (mutate(proof) is { } mutated && mutated != proof)
            {
                var (taken, refusal) = await Proofs.CheckAsync(Request(Path, mutated), "token");

                Assert.True(taken is null && refusal is not null, mutated);
            }
        }, iter: 4000, threads: 1);
    }

    [Fact]
    public async Task TST_01_Members_of_any_type_and_value_are_answered_with_a_refusal()
    {
        object?[] values = [0, -1, 1e300, true, "", "\uFFFF", "\0", new string('x', 3000), Array.Empty<int>(), new { }, new[] { new { a = 1 } }, "EC", "RSA", "AQAB", "P-256", "===="];
        string[] headers = ["typ", "alg", "jwk"], claims = ["jti", "htm", "htu", "iat", "exp", "nbf", "ath", "nonce"], keys = ["kty", "crv", "x", "y", "n", "e"];
        using var key = DpopKey.Create();
        foreach (var value in values)
        {
            foreach (var name in headers.Concat(claims).Concat(keys))
            {
                var proof = key.Prove("GET", Origin + Path, "token", change: (header, payload) =>
                {
                    if (keys.Contains(name))
                    {
                        header["jwk"] = new Dictionary<string, object?>(key.Jwk) { [name] = value };
                    }
                    else
                    {
                        (headers.Contains(name) ? header : payload)[name] = value;
                    }
                });

                var (taken, refusal) = await Proofs.CheckAsync(Request(Path, proof), "token");

                var harmless = (name, value) is ("jti", "EC" or "RSA" or "AQAB" or "P-256" or "====" or "\uFFFF" or "\0") or ("n" or "e", string { Length: < 100 }) or ("crv", "P-256") or ("kty", "EC") or ("nbf", 0 or -1);
                Assert.True(harmless ? taken is not null : refusal is not null, $"{name} = {JsonSerializer.Serialize(value)}: {refusal?.Description}");
            }
        }
    }

    [Theory]
    [InlineData("""{"typ":"dpop+jwt","typ":"dpop+jwt","alg":"ES256","jwk":{}}""")]
    [InlineData("""{"typ":"\ud800","alg":"ES256","jwk":{}}""")]
    [InlineData("""{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC","crv":"P-256","x":"\udfff","y":""}}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""[[[[[[[[[[[[[[]]]]]]]]]]]]]]""")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("")]
    public async Task TST_01_What_is_no_header_is_refused(string header)
    {
        var text = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header));

        var (taken, refusal) = await Proofs.CheckAsync(Request(Path, $"{text}.{text}.AAAA"), null);

        Assert.Equal((null, "invalid_dpop_proof"), (taken, refusal?.Error));
    }

    [Fact]
    public void A_nonce_is_good_for_two_minutes_at_least_and_for_four_at_most()
    {
        var time = new FakeTimeProvider(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var nonces = new DpopNonces(system.PartOf<ServiceDefaults.Secrets.KeyEncryptionKey>(), time);
        var nonce = nonces.Current();

        time.Advance(TimeSpan.FromMinutes(2));
        Assert.True(nonces.Contain(nonce));
        Assert.NotEqual(nonce, nonces.Current());
        time.Advance(TimeSpan.FromMinutes(2));

        Assert.False(nonces.Contain(nonce));
        Assert.False(nonces.Contain(""));
        Assert.False(nonces.Contain(nonces.Current() + "x"));
    }

    [Fact]
    public async Task A_process_remembers_a_proof_for_as_long_as_it_is_good_and_refuses_rather_than_forgets()
    {
        var time = new FakeTimeProvider();
        var memory = new ProcessReplayMemory(time, DpopProofs.Memory, most: 2);

        Assert.True(await TakeAsync("a"));
        time.Advance(DpopProofs.Memory - TimeSpan.FromSeconds(1));
        Assert.True(await TakeAsync("b"));
        Assert.False(await TakeAsync("a"));
        Assert.False(await TakeAsync("c"), "full");
        time.Advance(DpopProofs.Memory - TimeSpan.FromSeconds(1));
        Assert.False(await TakeAsync("b"));
        Assert.True(await TakeAsync("c"));
        time.Advance(2 * DpopProofs.Memory);
        Assert.True(await TakeAsync("a"));

        async Task<bool> TakeAsync(string id) => await memory.TakeAsync(id, DpopProofs.Memory, CancellationToken.None);
    }

    private static HttpRequest Request(string path, string proof)
    {
        var context = new DefaultHttpContext();
        (context.Request.Method, context.Request.Path) = ("GET", path);
        context.Request.Headers["DPoP"] = proof;
        return context.Request;
    }
}
