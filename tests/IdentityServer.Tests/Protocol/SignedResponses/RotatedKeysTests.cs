using System.Net.Http.Headers;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Tests.ClientApi;
using UserDomain.IdentityServer.Tests.Keys;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.SignedResponses;

/// <summary>Signed answers while keys follow each other (KEY-02).</summary>
public sealed class RotatedKeysTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task KEY_02_After_a_rotation_every_answer_is_signed_by_the_next_key_which_everybody_knows()
    {
        await using var replicas = await KeyReplicas.StartAsync();
        var first = await replicas.PublishAsync(3);
        using var visitor = await replicas.A.VisitorOfAsync(new(ClientCalls.UniqueId("web"), ClientType.Web)
        {
            Scopes = ["openid"],
            IdTokenSignedResponseAlg = "PS256",
            UserinfoSignedResponseAlg = "PS256",
            IntrospectionSignedResponseAlg = "PS256",
            AuthorizationSignedResponseAlg = "PS256",
        });
        await replicas.A.CreateUserAsync("rose-rotates");
        var before = await AnswersAsync(replicas.A, visitor);
        Assert.Single(before.Select(KeyCalls.KeyOf).Distinct());
        Assert.Contains(KeyCalls.KeyOf(before[0]), first);

        replicas.Clock.Move(TimeSpan.FromDays(77));
        var announced = await replicas.PublishAsync(6);
        Assert.Equal(before.Select(KeyCalls.KeyOf), (await AnswersAsync(replicas.A, visitor)).Select(KeyCalls.KeyOf));
        replicas.Clock.Move(TimeSpan.FromDays(14));
        await KeyCalls.UntilAsync(async () => KeyCalls.KeyOf((await AnswersAsync(replicas.A, visitor))[0]) != KeyCalls.KeyOf(before[0]));

        foreach (var answer in await AnswersAsync(replicas.A, visitor))
        {
            Assert.Contains(KeyCalls.KeyOf(answer), announced.Except(first));
            await replicas.B.VerifiedAsync(answer, visitor.ClientId);
        }
    }

    // One of each kind.
    private static async Task<string[]> AnswersAsync(RunningSystem system, WebVisitor visitor)
    {
        var tokens = await visitor.SignInAsync("rose-rotates", RunningSystem.Password);
        using var userInfo = await system.UserInfoAsync(tokens.AccessToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, "connect/introspect")
        {
            Headers = { Accept = { new MediaTypeWithQualityHeaderValue("application/token-introspection+jwt") } },
            Content = new FormUrlEncodedContent([new("token", tokens.AccessToken), new("client_id", visitor.ClientId), new("client_secret", visitor.ClientSecret)]),
        };
        using var introspection = await visitor.Http.SendAsync(request, Cancellation);
        using var authorization = await visitor.Http.GetAsync(visitor.AuthorizeUrl(("response_mode", "jwt"), ("prompt", "none")), Cancellation);
        return
        [
            tokens.IdToken!,
            await userInfo.Content.ReadAsStringAsync(Cancellation),
            await introspection.Content.ReadAsStringAsync(Cancellation),
            WebVisitor.QueryOf(authorization)["response"]!,
        ];
    }
}
