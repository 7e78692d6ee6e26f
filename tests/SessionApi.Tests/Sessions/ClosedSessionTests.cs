using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using UserDomain.Database;
using UserDomain.IdentityStore.Sessions;

namespace UserDomain.SessionApi.Tests.Sessions;

/// <summary>What ends with a session (SES-03, REV-01).</summary>
public sealed class ClosedSessionTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SES_03_The_refresh_token_of_a_closed_session_is_refused()
    {
        using var person = await ClosedAsync();

        var refusal = await person.RefreshAsync().BodyAsync(HttpStatusCode.BadRequest);

        Assert.Equal("invalid_grant", refusal.Text("error"));
    }

    [Fact]
    public async Task SES_03_The_browser_of_a_closed_session_is_signed_out_at_its_next_request()
    {
        using var person = await ClosedAsync();

        Assert.Equal("login_required", (await person.ReturnSilentlyAsync())["error"]);
    }

    [Fact]
    public async Task REV_01_UserInfo_refuses_an_access_token_of_a_closed_session()
    {
        using var person = await ClosedAsync();

        using var answer = await person.UserInfoAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("invalid_token", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task REV_01_An_API_refuses_a_token_that_was_issued_while_its_session_was_being_closed()
    {
        using var person = await SignedInPerson.OfAsync(system, user: null, "profile:self");
        var entered = TimeProvider.System.GetStoredNow();
        var token = (await person.RefreshAsync().BodyAsync()).Text("access_token")!;
        using var client = system.WithToken(token);
        Assert.Equal(HttpStatusCode.OK, await AnsweredAsync(client));

        await system.InStoreAsync(store =>
        {
            store.Revocations.Add(Revocation.Of(RevocationKinds.Session, person.SessionId.ToString(), entered));
            return store.SaveChangesAsync(Cancellation);
        });

        var clock = Stopwatch.StartNew();
        while (await AnsweredAsync(client) == HttpStatusCode.OK && clock.Elapsed < TimeSpan.FromSeconds(5))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), Cancellation);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await AnsweredAsync(client));
    }

    [Fact]
    public async Task REV_01_Introspection_knows_no_token_of_a_closed_session()
    {
        using var person = await ClosedAsync();

        Assert.Equal("""{"active":false}""", Compact(await person.IntrospectAsync(person.Tokens.AccessToken)));
        Assert.Equal("""{"active":false}""", Compact(await person.IntrospectAsync(person.Tokens.RefreshToken!)));
    }

    [Fact]
    public async Task SES_03_A_code_of_a_closed_session_is_not_exchanged()
    {
        using var person = await SignedInPerson.OfAsync(system);
        using var manager = await system.SessionManagerAsync();
        var code = (await person.ReturnSilentlyAsync())["code"]!;
        await manager.CloseAsync(person.SessionId);

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => person.Browser.RedeemAsync(code));

        Assert.Contains("invalid_grant", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SES_03_The_person_can_sign_in_again_into_another_session()
    {
        using var person = await ClosedAsync();

        using var again = await SignedInPerson.OfAsync(system, person.UserId);

        Assert.NotEqual(person.SessionId, again.SessionId);
        using var refreshed = await again.RefreshAsync();
        Assert.Equal(HttpStatusCode.OK, refreshed.StatusCode);
    }

    [Fact]
    public async Task SES_03_Other_sessions_of_the_same_person_go_on()
    {
        using var person = await SignedInPerson.OfAsync(system);
        using var other = await SignedInPerson.OfAsync(system, person.UserId);
        using var manager = await system.SessionManagerAsync();

        await manager.CloseAsync(person.SessionId);

        Assert.Contains("code", await other.ReturnSilentlyAsync());
        using var userInfo = await other.UserInfoAsync();
        using var refreshed = await other.RefreshAsync();
        Assert.Equal(HttpStatusCode.OK, userInfo.StatusCode);
        Assert.Equal(HttpStatusCode.OK, refreshed.StatusCode);
    }

    [Fact]
    public async Task SES_02_A_grant_outlives_an_expired_session_and_ends_when_that_is_closed()
    {
        using var person = await SignedInPerson.OfAsync(system);
        using var manager = await system.SessionManagerAsync();
        await system.InStoreAsync(store => store.Sessions.Where(row => row.Id == person.SessionId)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.IdleExpiresAt, DateTimeOffset.UnixEpoch), Cancellation));

        Assert.Equal("login_required", (await person.ReturnSilentlyAsync())["error"]);
        var renewed = await person.RefreshAsync().BodyAsync();
        await manager.CloseAsync(person.SessionId);

        var refusal = await person.Browser.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", renewed.Text("refresh_token")!)).BodyAsync(HttpStatusCode.BadRequest);
        Assert.Equal("invalid_grant", refusal.Text("error"));
    }

    private async Task<SignedInPerson> ClosedAsync()
    {
        var person = await SignedInPerson.OfAsync(system);
        using var manager = await system.SessionManagerAsync();
        using var before = await person.UserInfoAsync();
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        Assert.Contains("\"active\":true", Compact(await person.IntrospectAsync(person.Tokens.AccessToken)), StringComparison.Ordinal);
        await manager.CloseAsync(person.SessionId);
        return person;
    }

    private static async Task<HttpStatusCode> AnsweredAsync(HttpClient client)
    {
        using var answer = await client.GetAsync(new Uri("api/v1/me", UriKind.Relative), Cancellation);
        return answer.StatusCode;
    }

    private static string Compact(string json) => JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(json));
}
