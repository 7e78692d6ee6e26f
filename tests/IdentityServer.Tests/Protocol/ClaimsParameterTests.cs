using System.Text.Json;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Protocol.Authorization;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol;

/// <summary>Claims that are asked for by name (OpenID Connect Core 1.0 section 5.5).</summary>
public sealed class ClaimsParameterTests(RunningSystem system)
{
    [Fact]
    public async Task A_claim_for_UserInfo_is_there_alone_and_not_in_the_ID_token()
    {
        using var visitor = await OfAsync("cleo-info");

        var tokens = await visitor.SignInAsync("cleo-info", RunningSystem.Password, ("claims", """{"userinfo":{"name":{"essential":true},"nobody_knows_this":null}}"""));

        var told = await system.UserInfoAsync(tokens.AccessToken).BodyAsync();
        Assert.Equal(["name", "sub"], told.EnumerateObject().Select(claim => claim.Name).Order(StringComparer.Ordinal));
        Assert.False(Jwt.ClaimsOf(tokens.IdToken!).TryGetProperty("name", out _));
    }

    [Fact]
    public async Task A_claim_for_the_ID_token_is_in_each_of_the_grant_and_in_no_access_token()
    {
        using var visitor = await OfAsync("cleo-token", "offline_access");

        var tokens = await visitor.SignInAsync("cleo-token", RunningSystem.Password, ("claims", """{"id_token":{"email":null,"email_verified":null,"updated_at":null}}"""));

        foreach (var answer in new[] { tokens, await visitor.RefreshAsync(tokens.RefreshToken!) })
        {
            var claims = Jwt.ClaimsOf(answer.IdToken!);
            Assert.Equal("cleo-token@example.test", claims.Text("email"));
            Assert.True(claims.GetProperty("email_verified").GetBoolean());
            Assert.Equal(JsonValueKind.Number, claims.GetProperty("updated_at").ValueKind);
            Assert.False(Jwt.ClaimsOf(answer.AccessToken).TryGetProperty("email", out _));
        }
    }

    [Fact]
    public async Task What_an_application_may_not_ask_for_by_scope_it_does_not_get_by_name()
    {
        await system.CreateUserAsync("cleo-narrow");
        using var visitor = await system.VisitorOfAsync(new("narrow-cleo", ClientType.Web) { Scopes = ["openid"] });

        var tokens = await visitor.SignInAsync("cleo-narrow", RunningSystem.Password, ("claims", """{"userinfo":{"email":null},"id_token":{"email":null}}"""));

        Assert.Equal(["sub"], (await system.UserInfoAsync(tokens.AccessToken).BodyAsync()).EnumerateObject().Select(claim => claim.Name));
        Assert.False(Jwt.ClaimsOf(tokens.IdToken!).TryGetProperty("email", out _));
    }

    [Fact]
    public async Task CLI_03_A_person_allows_a_claim_as_the_scope_it_belongs_to()
    {
        await system.CreateUserAsync("cleo-asked");
        using var visitor = await system.VisitorOfAsync(new("asks-cleo", ClientType.Web) { RequireConsent = true, Scopes = ["openid", "email"] }, ["openid"]);
        await visitor.SignInAsync("cleo-asked", RunningSystem.Password);

        var page = await visitor.FollowAsync(await visitor.Http.GetAsync(visitor.AuthorizeUrl(("claims", """{"userinfo":{"email":null}}""")), TestContext.Current.CancellationToken));

        Assert.Equal("/account/consent", page.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.Contains("cleo-asked@example.test", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("code", WebVisitor.QueryOf(await visitor.SubmitAsync(page, new() { ["decision"] = "allow" })));
        Assert.Contains("code", WebVisitor.QueryOf(await visitor.Http.GetAsync(visitor.AuthorizeUrl(("claims", """{"userinfo":{"email":null}}"""), ("prompt", "none")), TestContext.Current.CancellationToken)));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("\"name\"")]
    [InlineData("""{"userinfo":["name"]}""")]
    [InlineData("""{"userinfo":{"name":true}}""")]
    [InlineData("""{"userinfo":{},"userinfo":{}}""")]
    public async Task What_cannot_be_read_is_refused(string claims)
    {
        using var visitor = await system.VisitorAsync();

        Assert.Equal("invalid_request", await ErrorAsync(visitor, ("claims", claims)));
    }

    [Fact]
    public void TOK_14_What_is_longer_than_anybody_needs_is_refused() =>
        Assert.Null(ClaimsRequest.Read($$$"""{"userinfo":{"{{{new string('a', 4096)}}}":null}}"""));

    [Fact]
    public async Task A_user_who_is_meant_is_not_answered_with_another()
    {
        using var visitor = await OfAsync("cleo-present");
        var tokens = await visitor.SignInAsync("cleo-present", RunningSystem.Password);
        var present = Jwt.ClaimsOf(tokens.IdToken!).Text("sub");

        Assert.Equal("login_required", await ErrorAsync(visitor, ("prompt", "none"), ("claims", """{"id_token":{"sub":{"value":"00000000-0000-7000-8000-000000000000"}}}""")));
        Assert.Null(await ErrorAsync(visitor, ("prompt", "none"), ("claims", $$$$"""{"id_token":{"sub":{"value":"{{{{present}}}}"}}}""")));
    }

    [Theory]
    [InlineData("""{"id_token":{"acr":{"essential":true,"values":["phr","phrh"]}}}""", "unmet_authentication_requirements")]
    [InlineData("""{"id_token":{"acr":{"essential":true,"value":"phr"}}}""", "unmet_authentication_requirements")]
    [InlineData("""{"id_token":{"acr":{"essential":true,"values":["phr","1"]}}}""", null)]
    [InlineData("""{"id_token":{"acr":{"essential":true}}}""", null)]
    [InlineData("""{"id_token":{"acr":{"values":["phr"]}}}""", null)]
    public async Task An_authentication_class_is_refused_only_where_it_is_essential_and_there_is_no_way_to_it(string claims, string? error)
    {
        var name = $"cleo-{Guid.CreateVersion7():N}";
        using var visitor = await OfAsync(name);
        await visitor.SignInAsync(name, RunningSystem.Password);

        Assert.Equal(error, await ErrorAsync(visitor, ("claims", claims)));
    }

    private async Task<WebVisitor> OfAsync(string userName, params string[] scopes)
    {
        await system.CreateUserAsync(userName);
        return await system.VisitorAsync(scopes);
    }

    private static async Task<string?> ErrorAsync(WebVisitor visitor, params (string, string)[] parameters) =>
        WebVisitor.QueryOf(await visitor.Http.GetAsync(visitor.AuthorizeUrl(parameters), TestContext.Current.CancellationToken)).GetValueOrDefault("error");
}
