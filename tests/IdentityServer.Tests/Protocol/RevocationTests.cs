using System.Net;
using Microsoft.EntityFrameworkCore;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol;

/// <summary>Revocation (RFC 7009).</summary>
public sealed class RevocationTests(RunningSystem system)
{
    private const string Endpoint = "connect/revoke";

    [Fact]
    public async Task A_revoked_refresh_token_ends_the_whole_grant()
    {
        using var visitor = await SignedInAsync("rae-grant");
        var first = await visitor.SignInAsync("rae-grant", RunningSystem.Password);
        var second = await visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", first.RefreshToken!)).BodyAsync();

        await RevokeAsync(visitor, second.Text("refresh_token")!);

        await visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", second.Text("refresh_token")!)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
        await IsDeadAsync(visitor, first.AccessToken);
        await IsDeadAsync(visitor, second.Text("access_token")!);
    }

    [Fact]
    public async Task REV_01_A_revoked_refresh_token_enters_its_grant_in_the_log_and_the_audit_trail_once()
    {
        using var visitor = await SignedInAsync("rae-told");
        var tokens = await visitor.SignInAsync("rae-told", RunningSystem.Password);
        var grant = await system.InStoreAsync(store => store.SessionAuthorizations.Where(row => row.ClientId == visitor.ClientId).Select(row => row.AuthorizationId).SingleAsync());

        await RevokeAsync(visitor, tokens.RefreshToken!);
        await RevokeAsync(visitor, tokens.RefreshToken!);

        Assert.Equal(1, await system.InStoreAsync(store => store.Revocations.CountAsync(row => row.Kind == "grant" && row.Value == grant.ToString())));
        var told = await system.EventAsync(grant, "token.revoked");
        Assert.Equal(visitor.ClientId, told.GetProperty("actor").Text("id"));
        Assert.Equal(visitor.ClientId, told.Text("clientId"));
    }

    [Fact]
    public async Task The_session_and_other_applications_outlive_a_revoked_refresh_token()
    {
        using var visitor = await SignedInAsync("rae-others");
        var tokens = await visitor.SignInAsync("rae-others", RunningSystem.Password);
        var again = await visitor.SignInAsync("rae-others", RunningSystem.Password);

        await RevokeAsync(visitor, tokens.RefreshToken!);

        await visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", again.RefreshToken!)).BodyAsync();
        Assert.Equal(HttpStatusCode.OK, (await system.UserInfoAsync(again.AccessToken)).StatusCode);
    }

    [Fact]
    public async Task REV_01_A_revoked_access_token_is_entered_in_the_log_and_the_audit_trail_once_and_nothing_else_ends()
    {
        using var visitor = await SignedInAsync("rae-access");
        var tokens = await visitor.SignInAsync("rae-access", RunningSystem.Password);
        var id = Jwt.ClaimsOf(tokens.AccessToken).GetProperty("jti").GetString()!;

        await RevokeAsync(visitor, tokens.AccessToken);
        await RevokeAsync(visitor, tokens.AccessToken);

        Assert.Equal(1, await system.InStoreAsync(store => store.Revocations.CountAsync(row => row.Kind == "token" && row.Value == id)));
        await IsDeadAsync(visitor, tokens.AccessToken);
        await visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!)).BodyAsync();
        Assert.Equal(visitor.ClientId, (await TokenEventAsync(id)).GetProperty("actor").Text("id"));
    }

    [Fact]
    public async Task REV_01_The_log_keeps_a_revoked_access_token_until_no_clock_takes_it_for_valid()
    {
        using var visitor = await SignedInAsync("rae-clock");
        var tokens = await visitor.SignInAsync("rae-clock", RunningSystem.Password);
        var claims = Jwt.ClaimsOf(tokens.AccessToken);
        var id = claims.GetProperty("jti").GetString()!;

        await RevokeAsync(visitor, tokens.AccessToken);

        var kept = await system.InStoreAsync(store => store.Revocations.Where(row => row.Value == id).Select(row => row.ExpiresAt).SingleAsync());
        Assert.True(kept >= DateTimeOffset.FromUnixTimeSeconds(claims.GetProperty("exp").GetInt64()).AddSeconds(10));
    }

    [Fact]
    public async Task TOK_12_A_token_of_another_client_stays_as_it_is()
    {
        using var visitor = await SignedInAsync("rae-foreign");
        var tokens = await visitor.SignInAsync("rae-foreign", RunningSystem.Password);
        var other = await system.ServiceAsync("users:read");

        foreach (var token in new[] { tokens.AccessToken, tokens.RefreshToken! })
        {
            using var answer = await system.PostAsync(other, Endpoint, ("token", token));
            Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.BadRequest });
        }

        Assert.Equal(HttpStatusCode.OK, (await system.UserInfoAsync(tokens.AccessToken)).StatusCode);
        await visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!)).BodyAsync();
    }

    [Theory]
    [InlineData("access_token")]
    [InlineData("refresh_token")]
    [InlineData("something_else")]
    public async Task A_wrong_hint_does_not_save_a_token(string hint)
    {
        var name = $"rae-hint-{hint[..4]}";
        using var visitor = await SignedInAsync(name);
        var tokens = await visitor.SignInAsync(name, RunningSystem.Password);

        await RevokeAsync(visitor, tokens.AccessToken, ("token_type_hint", hint));
        await RevokeAsync(visitor, tokens.RefreshToken!, ("token_type_hint", hint));

        await IsDeadAsync(visitor, tokens.AccessToken);
        await visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.eyJzdWIiOiJ4In0.")]
    public async Task What_is_no_token_is_as_good_as_revoked(string token)
    {
        var service = await system.ServiceAsync();

        using var answer = await system.PostAsync(service, Endpoint, ("token", token));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_request_without_a_token_is_refused()
    {
        var service = await system.ServiceAsync();

        await system.PostAsync(service, Endpoint).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task TOK_12_Who_does_not_authenticate_revokes_nothing()
    {
        using var visitor = await SignedInAsync("rae-nobody");
        var tokens = await visitor.SignInAsync("rae-nobody", RunningSystem.Password);
        var token = ("token", tokens.RefreshToken!);

        await system.PostAsync(Endpoint, token).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await system.PostAsync(Endpoint, token, ("client_id", visitor.ClientId)).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await system.PostAsync(Endpoint, token, ("client_id", visitor.ClientId), ("client_secret", "wrong")).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");

        await visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!)).BodyAsync();
    }

    private async Task<WebVisitor> SignedInAsync(string userName)
    {
        await system.CreateUserAsync(userName);
        return await system.VisitorAsync("offline_access", "users:read");
    }

    private static async Task RevokeAsync(WebVisitor visitor, string token, params (string, string)[] more)
    {
        using var answer = await visitor.PostAsApplicationAsync(Endpoint, [("token", token), .. more]);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private async Task IsDeadAsync(WebVisitor visitor, string accessToken)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await system.UserInfoAsync(accessToken)).StatusCode);
        Assert.Equal("""{"active":false}""", (await visitor.PostAsApplicationAsync("connect/introspect", ("token", accessToken)).BodyAsync()).Compact());
    }

    private Task<System.Text.Json.JsonElement> TokenEventAsync(string tokenId) => system.EventAsync(Guid.Parse(tokenId), "token.revoked");
}
