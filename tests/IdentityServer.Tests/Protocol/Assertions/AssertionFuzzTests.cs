using System.Net;
using System.Text;
using System.Text.Json;
using CsCheck;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.Assertions;

/// <summary>Assertions at random: whatever is sent, the answer is a refusal in the words of OAuth (TST-01).</summary>
public sealed class AssertionFuzzTests(RunningSystem system)
{
    [Fact]
    public async Task TST_01_Nothing_but_an_assertion_is_taken_for_one()
    {
        using var key = DpopKey.Create();
        var client = await system.KeyServiceAsync(key);
        await Gen.Select(Mutation.Any, Gen.OneOf("connect/token", "connect/introspect")).SampleAsync(async (mutate, endpoint) =>
        {
            var assertion = system.AssertionOf(client, key);
            if (mutate(assertion) is { } mutated && mutated != assertion)
            {
                await RefusedAsync(mutated, endpoint);
            }
        }, iter: 300, threads: 1);
    }

    [Fact]
    public async Task TST_01_Members_of_any_type_and_value_are_refused()
    {
        object?[] values = [0, -1, 1e300, -1e300, true, "", "\uFFFF", "\0", new string('x', 3000), Array.Empty<int>(), new { }, new[] { new { a = 1 } }];
        using var key = DpopKey.Create();
        var client = await system.KeyServiceAsync(key);
        foreach (var value in values)
        {
            foreach (var name in new[] { "typ", "alg", "kid", "iss", "sub", "aud", "exp", "jti", "iat", "nbf" })
            {
                if ((name, value) is ("nbf", 0 or -1 or -1e300) or ("jti", "\uFFFF" or "\0"))
                {
                    continue;
                }

                await RefusedAsync(system.AssertionOf(client, key, (header, claims) => (name is "typ" or "alg" or "kid" ? header : claims)[name] = value), "connect/token");
            }
        }
    }

    [Theory]
    [InlineData("""{"alg":"ES256","alg":"ES256"}""", null)]
    [InlineData(null, """{"iss":"a","sub":"a","iss":"a"}""")]
    [InlineData("""{"alg":"\ud800"}""", null)]
    [InlineData("""{"alg":"ES256","kid":"\ud800"}""", null)]
    [InlineData(null, """{"iss":"\ud800","sub":"\ud800","jti":"\ud800","aud":"\ud800","exp":1}""")]
    [InlineData(null, """[[[[[[[[[[[[[[]]]]]]]]]]]]]]""")]
    [InlineData("null", "null")]
    [InlineData("7", "7")]
    [InlineData("", "")]
    public async Task TST_01_What_is_no_JSON_object_of_these_members_is_refused(string? header, string? claims)
    {
        using var key = DpopKey.Create();
        var parts = system.AssertionOf(await system.KeyServiceAsync(key), key).Split('.');

        await RefusedAsync($"{Part(header) ?? parts[0]}.{Part(claims) ?? parts[1]}.{parts[2]}", "connect/token");
    }

    private async Task RefusedAsync(string assertion, string endpoint)
    {
        using var answer = await system.PostAsync(endpoint, [("grant_type", "client_credentials"), ("token", "t"), .. AssertionCalls.Form(assertion)]);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.True((answer.StatusCode, JsonSerializer.Deserialize<JsonElement>(body).TryGetProperty("error", out var error) ? error.GetString() : null) is (HttpStatusCode.Unauthorized, "invalid_client") or (HttpStatusCode.BadRequest, "invalid_request"), $"{answer.StatusCode} {body} {assertion}");
    }

    private static string? Part(string? json) => json is null ? null : System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
