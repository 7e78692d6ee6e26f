using System.Net;
using System.Text.Json;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Tests.Protocol.SignedResponses;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol;

public sealed class AuthorizationCodeTests(RunningSystem system)
{
    [Fact]
    public async Task A_person_who_signs_in_gives_the_application_tokens_that_say_who_and_how()
    {
        var user = await system.CreateUserAsync("ada-claims");
        using var visitor = await system.VisitorAsync("users:read");

        var tokens = await visitor.SignInAsync("ada-claims", RunningSystem.Password);

        var access = Jwt.ClaimsOf(tokens.AccessToken);
        var identity = Jwt.ClaimsOf(tokens.IdToken!);
        Assert.Equal("at+jwt", Jwt.HeaderOf(tokens.AccessToken).GetProperty("typ").GetString());
        Assert.Equal("ES256", Jwt.HeaderOf(tokens.AccessToken).GetProperty("alg").GetString());
        Assert.Equal(system.PublicUrl.AbsoluteUri, access.GetProperty("iss").GetString());
        Assert.Equal(["urn:user-domain:users"], access.Strings("aud"));
        foreach (var claim in new[] { "sub", "exp", "iat", "nbf", "jti", "client_id", "scope", "sid", "ver", "acr", "amr", "auth_time" })
        {
            Assert.True(access.TryGetProperty(claim, out _), $"TOK-06: {claim} is missing in {access}");
        }

        Assert.Equal(user.ToString(), identity.GetProperty("sub").GetString());
        Assert.Equal([visitor.ClientId], identity.Strings("aud"));
        Assert.Equal(JsonValueKind.Array, identity.GetProperty("amr").ValueKind);
        Assert.Equal("n-0S6_WzA2Mj", identity.GetProperty("nonce").GetString());
        Assert.Equal(access.GetProperty("sid").GetString(), identity.GetProperty("sid").GetString());
        Assert.DoesNotContain(identity.EnumerateObject(), claim => claim.Name.StartsWith("oi_", StringComparison.Ordinal));
        Assert.InRange(tokens.ExpiresIn, 295, 300);
    }

    [Theory]
    [InlineData(null, "RS256")]
    [InlineData("RS256", "RS256")]
    [InlineData("ES256", "ES256")]
    [InlineData("PS256", "PS256")]
    public async Task An_ID_token_is_signed_as_its_client_asked_and_else_as_every_client_understands(string? asked, string used)
    {
        var user = await system.CreateUserAsync($"ada-sign-{asked}");
        using var visitor = await system.VisitorOfAsync(new($"web-sign-{asked}", ClientType.Web) { Scopes = ["openid"], IdTokenSignedResponseAlg = asked });

        var tokens = await visitor.SignInAsync($"ada-sign-{asked}", RunningSystem.Password);

        Assert.Equal(used, Jwt.HeaderOf(tokens.IdToken!).Text("alg"));
        Assert.Equal("ES256", Jwt.HeaderOf(tokens.AccessToken).Text("alg"));
        Assert.Equal(user.ToString(), (await system.VerifiedAsync(tokens.IdToken!, visitor.ClientId)).Text("sub"));
    }

    [Fact]
    public async Task A_code_comes_back_with_state_and_issuer()
    {
        await system.CreateUserAsync("ada-iss");
        using var visitor = await system.VisitorAsync();

        var page = await visitor.FollowAsync(await visitor.Http.GetAsync(visitor.AuthorizeUrl()));
        var answer = await visitor.SubmitAsync(page, new() { ["username"] = "ada-iss", ["password"] = RunningSystem.Password });

        var query = WebVisitor.QueryOf(answer);
        Assert.Equal("af0ifjsldkj", query["state"]);
        Assert.Equal(system.PublicUrl.AbsoluteUri, query["iss"]);
    }

    [Fact]
    public async Task TOK_04_A_code_that_is_used_twice_is_refused_and_ends_all_tokens_of_its_grant()
    {
        await system.CreateUserAsync("ada-replay");
        using var visitor = await system.VisitorAsync("offline_access");
        var code = await visitor.CodeAsync("ada-replay", RunningSystem.Password);
        var tokens = await visitor.RedeemAsync(code);

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => visitor.RedeemAsync(code));

        Assert.Contains("invalid_grant", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("invalid_grant", await ErrorOf(await visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!))));
        Assert.Equal(HttpStatusCode.Unauthorized, (await UserInfoAsync(tokens.AccessToken)).StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    public async Task TOK_04_A_code_brought_without_its_verifier_is_refused_and_still_good_with_it(string verifier)
    {
        await system.CreateUserAsync($"ada-verifier-{verifier.Length}");
        using var visitor = await system.VisitorAsync();
        var code = await visitor.CodeAsync($"ada-verifier-{verifier.Length}", RunningSystem.Password);

        var refusal = await visitor.PostTokenAsync(("grant_type", "authorization_code"), ("code", code), ("redirect_uri", WebVisitor.RedirectUri), ("code_verifier", verifier));

        Assert.Equal("invalid_grant", await ErrorOf(refusal));
        Assert.NotNull((await visitor.RedeemAsync(code)).IdToken);
    }

    [Fact]
    public async Task TOK_04_A_code_of_another_client_is_refused()
    {
        await system.CreateUserAsync("ada-other");
        using var visitor = await system.VisitorAsync();
        using var other = await system.VisitorAsync();
        var code = await visitor.CodeAsync("ada-other", RunningSystem.Password);

        Assert.Contains("invalid_grant", (await Assert.ThrowsAsync<InvalidOperationException>(() => other.RedeemAsync(code))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost:9/callback/")]
    [InlineData("http://localhost:9/callback?x=1")]
    [InlineData("http://localhost:10/callback")]
    [InlineData("https://evil.example/callback")]
    [InlineData("http://localhost:9/callback?=")]
    [InlineData("http://localhost:9/callback?a=b;==#x")]
    [InlineData("http://localhost:9/callback?iss=http://localhost:9")]
    public async Task TOK_03_A_redirect_URI_that_is_not_registered_to_the_letter_leads_nowhere(string redirectUri)
    {
        using var visitor = await system.VisitorAsync();

        var answer = await visitor.Http.GetAsync(visitor.AuthorizeUrl(("redirect_uri", redirectUri)));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Null(answer.Headers.Location);
    }

    private async Task<HttpResponseMessage> UserInfoAsync(string accessToken)
    {
        using var client = system.Anonymous();
        client.DefaultRequestHeaders.Authorization = new("Bearer", accessToken);
        return await client.GetAsync(new Uri("connect/userinfo", UriKind.Relative));
    }

    private static async Task<string?> ErrorOf(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetString();
}
