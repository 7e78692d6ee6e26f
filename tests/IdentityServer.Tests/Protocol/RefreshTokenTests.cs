using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol;

public sealed class RefreshTokenTests(RunningSystem system)
{
    [Fact]
    public async Task TOK_05_A_refresh_gives_new_tokens_and_a_new_refresh_token()
    {
        using var visitor = await SignedInAsync("bea-rotate", "users:read");
        var first = await visitor.SignInAsync("bea-rotate", RunningSystem.Password);

        var second = await RefreshAsync(visitor, first.RefreshToken!);

        Assert.NotEqual(first.RefreshToken, second!.RefreshToken);
        Assert.Equal(Jwt.ClaimsOf(first.IdToken!).GetProperty("sid").GetString(), Jwt.ClaimsOf(second.AccessToken).GetProperty("sid").GetString());
        Assert.Equal(Jwt.ClaimsOf(first.IdToken!).GetProperty("auth_time").GetInt64(), Jwt.ClaimsOf(second.IdToken!).GetProperty("auth_time").GetInt64());
    }

    [Fact]
    public async Task TOK_05_A_refresh_token_that_comes_back_after_the_leeway_ends_the_grant()
    {
        using var visitor = await SignedInAsync("bea-reuse");
        var first = await visitor.SignInAsync("bea-reuse", RunningSystem.Password);
        var second = await RefreshAsync(visitor, first.RefreshToken!);
        await system.InStoreAsync(store => store.Set<OpenIddictEntityFrameworkCoreToken<Guid>>()
            .Where(token => token.Status == "redeemed")
            .ExecuteUpdateAsync(set => set.SetProperty(token => token.RedemptionDate, token => token.RedemptionDate!.Value.AddMinutes(-1))));

        Assert.Null(await RefreshAsync(visitor, first.RefreshToken!));
        Assert.Null(await RefreshAsync(visitor, second!.RefreshToken!));
        Assert.True(await system.InStoreAsync(store => store.Revocations.AnyAsync(row => row.Kind == "grant")));
    }

    [Fact]
    public async Task TOK_05_A_refresh_token_for_which_nothing_could_be_issued_is_not_used_up()
    {
        var user = await system.CreateUserAsync("bea-failure");
        using var visitor = await system.VisitorAsync("offline_access");
        var tokens = await visitor.SignInAsync("bea-failure", RunningSystem.Password);
        await using (await NoNewTokens.ForAsync(system, user))
        {
            using var answer = await visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!));
            Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        }

        Assert.NotNull(await RefreshAsync(visitor, tokens.RefreshToken!));
    }

    [Fact]
    public async Task TOK_13_A_disabled_user_cannot_refresh()
    {
        var user = await system.CreateUserAsync("bea-disabled");
        using var visitor = await system.VisitorAsync("offline_access");
        var tokens = await visitor.SignInAsync("bea-disabled", RunningSystem.Password);
        await system.InStoreAsync(store => store.Users.Where(row => row.Id == user)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.DisabledAt, TimeProvider.System.GetUtcNow())));

        Assert.Null(await RefreshAsync(visitor, tokens.RefreshToken!));
    }

    [Fact]
    public async Task A_refresh_token_of_another_client_is_refused()
    {
        using var visitor = await SignedInAsync("bea-theft");
        using var thief = await system.VisitorAsync("offline_access");
        var tokens = await visitor.SignInAsync("bea-theft", RunningSystem.Password);

        Assert.Null(await RefreshAsync(thief, tokens.RefreshToken!));
        Assert.NotNull(await RefreshAsync(visitor, tokens.RefreshToken!));
    }

    [Fact]
    public async Task An_application_without_offline_access_gets_no_refresh_token()
    {
        await system.CreateUserAsync("bea-online");
        using var visitor = await system.VisitorAsync("users:read");

        Assert.Null((await visitor.SignInAsync("bea-online", RunningSystem.Password)).RefreshToken);
    }

    [Fact]
    public async Task With_scopes_of_several_APIs_each_API_has_its_own_token_by_a_refresh_that_names_it()
    {
        using var visitor = await SignedInAsync("bea-resource", "users:read", "roles:read");
        var tokens = await visitor.SignInAsync("bea-resource", RunningSystem.Password);

        var users = await RefreshAsync(visitor, tokens.RefreshToken!, ("resource", "urn:user-domain:users"));
        var roles = await RefreshAsync(visitor, users!.RefreshToken!, ("resource", "urn:user-domain:roles"));

        Assert.Equal([system.PublicUrl.AbsoluteUri], Jwt.ClaimsOf(tokens.AccessToken).Strings("aud"));
        Assert.Equal(["urn:user-domain:users"], Jwt.ClaimsOf(users.AccessToken).Strings("aud"));
        Assert.DoesNotContain("roles:read", Jwt.ClaimsOf(users.AccessToken).GetProperty("scope").GetString(), StringComparison.Ordinal);
        Assert.Equal(["urn:user-domain:roles"], Jwt.ClaimsOf(roles!.AccessToken).Strings("aud"));
    }

    [Theory]
    [InlineData("urn:user-domain:audit")]
    [InlineData("urn:somebody:else")]
    public async Task A_resource_of_which_no_scope_was_granted_is_refused(string resource)
    {
        using var visitor = await SignedInAsync($"bea-target-{resource[^4..]}", "users:read");
        var tokens = await visitor.SignInAsync($"bea-target-{resource[^4..]}", RunningSystem.Password);

        var answer = await visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!), ("resource", resource));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("invalid_target", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetString());
    }

    private async Task<WebVisitor> SignedInAsync(string userName, params string[] scopes)
    {
        await system.CreateUserAsync(userName);
        return await system.VisitorAsync(["offline_access", .. scopes]);
    }

    private static async Task<TokenAnswer?> RefreshAsync(WebVisitor visitor, string token, params (string, string)[] more)
    {
        using var answer = await visitor.PostTokenAsync([("grant_type", "refresh_token"), ("refresh_token", token), .. more]);
        if (answer.IsSuccessStatusCode)
        {
            return await answer.Content.ReadFromJsonAsync<TokenAnswer>();
        }

        Assert.Equal("invalid_grant", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetString());
        return null;
    }
}
