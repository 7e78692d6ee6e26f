using System.Net;
using Microsoft.EntityFrameworkCore;
using UserDomain.IdentityServer.Clients;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol;

/// <summary><c>prompt</c>, <c>max_age</c>, <c>id_token_hint</c> and consent (OpenID Connect Core 1.0 section 3.1.2.1).</summary>
public sealed class InteractionTests(RunningSystem system)
{
    [Fact]
    public async Task Without_a_session_prompt_none_says_login_required()
    {
        using var visitor = await system.VisitorAsync();

        Assert.Equal("login_required", await ErrorAsync(visitor, ("prompt", "none")));
    }

    [Fact]
    public async Task Prompt_login_asks_again_and_the_new_time_is_in_the_token()
    {
        using var visitor = await SignedInAsync("fay-login");
        var first = await visitor.SignInAsync("fay-login", RunningSystem.Password);
        await AgeAsync("fay-login");

        var page = await visitor.FollowAsync(await visitor.Http.GetAsync(visitor.AuthorizeUrl(("prompt", "login"))));
        Assert.Equal("/account/sign-in", page.RequestMessage!.RequestUri!.AbsolutePath);
        var second = await visitor.SignInAsync("fay-login", RunningSystem.Password, ("prompt", "login"));

        Assert.True(Jwt.ClaimsOf(second.IdToken!).GetProperty("auth_time").GetInt64() >= Jwt.ClaimsOf(first.IdToken!).GetProperty("auth_time").GetInt64());
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("0", true)]
    [InlineData("10000", false)]
    public async Task Max_age_asks_again_only_when_the_sign_in_is_older(string maxAge, bool asks)
    {
        var name = $"fay-age-{maxAge}";
        using var visitor = await SignedInAsync(name);
        await visitor.SignInAsync(name, RunningSystem.Password);
        await AgeAsync(name);

        var answer = await visitor.FollowAsync(await visitor.Http.GetAsync(visitor.AuthorizeUrl(("max_age", maxAge))));

        Assert.Equal(asks, answer.RequestMessage!.RequestUri!.AbsolutePath == "/account/sign-in");
        Assert.NotNull((await visitor.SignInAsync(name, RunningSystem.Password, ("max_age", maxAge))).IdToken);
    }

    [Theory]
    [InlineData("max_age", "soon")]
    [InlineData("max_age", "-1")]
    [InlineData("id_token_hint", "garbage")]
    public async Task What_cannot_be_read_is_refused_and_not_passed_over(string name, string value)
    {
        using var visitor = await system.VisitorAsync();

        Assert.Equal("invalid_request", await ErrorAsync(visitor, (name, value)));
    }

    [Fact]
    public async Task A_hint_of_somebody_else_is_not_answered_with_the_one_who_is_signed_in()
    {
        await system.CreateUserAsync("fay-hinted");
        await system.CreateUserAsync("fay-present");
        var client = new ClientSpec("hints", ClientType.Web) { ClientSecret = new string('h', 32), Scopes = ["openid"] };
        using var visitor = await system.VisitorOfAsync(client);
        using var other = await system.VisitorOfAsync(client);
        var hint = (await other.SignInAsync("fay-hinted", RunningSystem.Password)).IdToken!;
        await visitor.SignInAsync("fay-present", RunningSystem.Password);

        Assert.Equal("login_required", await ErrorAsync(visitor, ("prompt", "none"), ("id_token_hint", hint)));
    }

    [Fact]
    public async Task CLI_03_A_client_that_needs_consent_is_asked_for_once_and_remembered()
    {
        using var visitor = await ConsentClientAsync("fay-consents");
        Assert.NotNull(await visitor.SignInAsync("fay-consents", RunningSystem.Password));

        var again = await visitor.Http.GetAsync(visitor.AuthorizeUrl(("prompt", "none")));

        Assert.Contains("code", WebVisitor.QueryOf(again));
    }

    [Fact]
    public async Task CLI_03_Before_consent_prompt_none_says_consent_required_and_denial_says_access_denied()
    {
        using var visitor = await ConsentClientAsync("fay-denies");
        var page = await visitor.FollowAsync(await visitor.Http.GetAsync(visitor.AuthorizeUrl()));
        page = await visitor.SubmitAsync(page, new() { ["username"] = "fay-denies", ["password"] = RunningSystem.Password });
        Assert.Equal("/account/consent", page.RequestMessage!.RequestUri!.AbsolutePath);

        Assert.Equal("consent_required", await ErrorAsync(visitor, ("prompt", "none")));
        var denied = await visitor.SubmitAsync(page, new() { ["decision"] = "deny" });
        Assert.Equal("access_denied", WebVisitor.QueryOf(denied)["error"]);
    }

    [Theory]
    [InlineData("nobody-at-all", RunningSystem.Password)]
    [InlineData("fay-known", "wrong-password-entirely")]
    [InlineData("fay-off", RunningSystem.Password)]
    public async Task LOG_05_An_unknown_user_a_wrong_password_and_a_disabled_user_get_the_same_answer(string name, string password)
    {
        foreach (var user in new[] { "fay-known", "fay-off" })
        {
            if (!await system.InStoreAsync(store => store.Users.AnyAsync(row => row.UserName == user)))
            {
                await system.CreateUserAsync(user);
            }
        }

        await system.InStoreAsync(store => store.Users.Where(row => row.UserName == "fay-off").ExecuteUpdateAsync(set => set.SetProperty(row => row.DisabledAt, TimeProvider.System.GetUtcNow())));
        using var visitor = await system.VisitorAsync();
        var page = await visitor.FollowAsync(await visitor.Http.GetAsync(visitor.AuthorizeUrl()));

        var answer = await visitor.SubmitAsync(page, new() { ["username"] = name, ["password"] = password });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("User name and password do not match", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(password, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<WebVisitor> SignedInAsync(string userName)
    {
        await system.CreateUserAsync(userName);
        return await system.VisitorAsync();
    }

    private async Task<WebVisitor> ConsentClientAsync(string userName)
    {
        await system.CreateUserAsync(userName);
        return await system.VisitorOfAsync(new($"asks-{userName}", ClientType.Web) { RequireConsent = true, Scopes = ["openid", "profile"] });
    }

    /// <summary>Puts the sign-in of a user 10 s back.</summary>
    private async Task AgeAsync(string userName) => await system.InStoreAsync(async store =>
    {
        var user = await store.Users.SingleAsync(row => row.UserName == userName);
        foreach (var session in await store.Sessions.Where(row => row.UserId == user.Id).ToListAsync())
        {
            session.AuthenticatedAt -= TimeSpan.FromSeconds(10);
        }

        return await store.SaveChangesAsync();
    });

    private static async Task<string?> ErrorAsync(WebVisitor visitor, params (string, string)[] parameters) =>
        WebVisitor.QueryOf(await visitor.Http.GetAsync(visitor.AuthorizeUrl(parameters))).GetValueOrDefault("error");
}
