using System.Net;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Tests.ClientApi;
using UserDomain.IdentityServer.Tests.Keys;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.SignedResponses;

/// <summary>UserInfo as a JWT (OpenID Connect Core 1.0 section 5.3.2).</summary>
public sealed class SignedUserInfoTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    [InlineData("PS256")]
    public async Task What_the_client_asked_to_have_signed_is_signed_by_a_published_key_and_says_the_same(string algorithm)
    {
        var name = $"sue-{algorithm}";
        var user = await system.CreateUserAsync(name);
        using var visitor = await VisitorAsync(algorithm);
        using var plain = await VisitorAsync(null);
        var token = (await visitor.SignInAsync(name, RunningSystem.Password)).AccessToken;

        using var answer = await system.UserInfoAsync(token);
        var jwt = await answer.Content.ReadAsStringAsync(Cancellation);
        var claims = await system.VerifiedAsync(jwt, visitor.ClientId);

        Assert.Equal((HttpStatusCode.OK, "application/jwt"), (answer.StatusCode, answer.Content.Headers.ContentType?.ToString()));
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal(algorithm, Jwt.HeaderOf(jwt).Text("alg"));
        Assert.Equal(user.ToString(), claims.Text("sub"));
        Assert.Equal(["aud", "email", "email_verified", "iss", "sub"], claims.EnumerateObject().Select(claim => claim.Name).Order(StringComparer.Ordinal));
        var unsigned = await system.UserInfoAsync((await plain.SignInAsync(name, RunningSystem.Password)).AccessToken).BodyAsync();
        Assert.All(unsigned.EnumerateObject(), claim => Assert.Equal(claim.Value.GetRawText(), claims.GetProperty(claim.Name).GetRawText()));
    }

    [Fact]
    public async Task A_POST_is_answered_so_as_well()
    {
        await system.CreateUserAsync("sue-post");
        using var visitor = await VisitorAsync("ES256");
        var token = (await visitor.SignInAsync("sue-post", RunningSystem.Password)).AccessToken;

        using var answer = await system.UserInfoAsync(token, HttpMethod.Post);

        Assert.NotNull((await system.VerifiedAsync(await answer.Content.ReadAsStringAsync(Cancellation), visitor.ClientId)).Text("sub"));
    }

    [Fact]
    public async Task TOK_07_It_is_no_token_of_any_kind()
    {
        await system.CreateUserAsync("sue-kind");
        using var visitor = await VisitorAsync("ES256");
        var tokens = await visitor.SignInAsync("sue-kind", RunningSystem.Password);
        using var answer = await system.UserInfoAsync(tokens.AccessToken);
        var jwt = await answer.Content.ReadAsStringAsync(Cancellation);

        using var asToken = await system.UserInfoAsync(jwt);

        Assert.Equal(HttpStatusCode.Unauthorized, asToken.StatusCode);
        Assert.False(await visitor.IsTakenByServerAsync(jwt));
        Assert.False(await system.IsTakenByApiAsync(jwt));
        Assert.False(await visitor.IsHintTakenAsync(jwt));
        Assert.True(await visitor.IsHintTakenAsync(tokens.IdToken!));
    }

    [Fact]
    public async Task A_refusal_is_one_as_ever()
    {
        var user = await system.CreateUserAsync("sue-off");
        using var visitor = await VisitorAsync("ES256");
        var token = (await visitor.SignInAsync("sue-off", RunningSystem.Password)).AccessToken;
        using var manager = await system.ClientWithAsync(["users:read", "users:write"]);
        await manager.PostAsync(new Uri($"api/v1/users/{user}/disable", UriKind.Relative), content: null, Cancellation).BodyAsync();

        using var answer = await system.UserInfoAsync(token);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("invalid_token", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.NotEqual("application/jwt", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_client_may_change_its_mind_and_back()
    {
        await system.CreateUserAsync("sue-mind");
        using var manager = await system.ManagerAsync();
        var client = await manager.CreateWebAsync();
        using var visitor = system.VisitorOf(client);
        var token = (await visitor.SignInAsync("sue-mind", RunningSystem.Password)).AccessToken;

        var signed = await manager.SendAsync("PATCH", client.Path(), new { userinfoSignedResponseAlg = "PS256" }).BodyAsync();
        using var jwt = await system.UserInfoAsync(token);
        var plain = await manager.SendAsync("PATCH", client.Path(), new { userinfoSignedResponseAlg = "" }).BodyAsync();
        using var json = await system.UserInfoAsync(token);

        Assert.Equal(("PS256", null), (signed.Text("userinfoSignedResponseAlg"), plain.Text("userinfoSignedResponseAlg")));
        Assert.Equal("application/jwt", jwt.Content.Headers.ContentType?.MediaType);
        Assert.Equal("application/json", json.Content.Headers.ContentType?.MediaType);
    }

    private Task<WebVisitor> VisitorAsync(string? algorithm) => system.VisitorOfAsync(
        new(ClientCalls.UniqueId("web"), ClientType.Web) { Scopes = ["openid", "email"], UserinfoSignedResponseAlg = algorithm });
}
