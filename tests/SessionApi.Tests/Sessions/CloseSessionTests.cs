using Microsoft.EntityFrameworkCore;

namespace UserDomain.SessionApi.Tests.Sessions;

public sealed class CloseSessionTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SES_03_A_closed_session_can_be_read_with_when_and_why()
    {
        using var manager = await system.SessionManagerAsync();
        var session = await manager.OpenAsync(await system.CreateUserAsync());
        var before = TimeProvider.System.GetUtcNow();

        await manager.CloseAsync(session);
        var read = await manager.GetSessionAsync(session).BodyAsync();

        Assert.Equal("closed", read.Text("state"));
        Assert.Equal("closed-by-administrator", read.Text("closeReason"));
        Assert.InRange(read.GetProperty("closedAt").GetDateTimeOffset(), before.AddMilliseconds(-1), TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task Closing_twice_changes_nothing_more()
    {
        using var manager = await system.SessionManagerAsync();
        var session = await manager.OpenAsync(await system.CreateUserAsync());

        await manager.CloseAsync(session);
        var closed = await manager.GetSessionAsync(session).BodyAsync();
        await manager.CloseAsync(session);

        Assert.Equal(closed.GetRawText(), (await manager.GetSessionAsync(session).BodyAsync()).GetRawText());
        Assert.Equal(1, await RevocationsAsync(session));
        Assert.Single(await system.EventsAsync(session, "session.closed"));
    }

    [Fact]
    public async Task REV_01_Of_many_closings_at_once_one_counts()
    {
        using var manager = await system.SessionManagerAsync();
        var session = await manager.OpenAsync(await system.CreateUserAsync());

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => manager.CloseAsync(session)));

        Assert.Equal(1, await RevocationsAsync(session));
        Assert.Single(await system.EventsAsync(session, "session.closed"));
    }

    [Fact]
    public async Task A_session_that_signing_out_has_closed_keeps_its_reason()
    {
        using var person = await SignedInPerson.OfAsync(system);
        using var manager = await system.SessionManagerAsync();
        using var signedOut = await person.Browser.Http.GetAsync($"connect/logout?id_token_hint={person.Tokens.IdToken}", Cancellation);

        await manager.CloseAsync(person.SessionId);

        Assert.Equal("signed-out", (await manager.GetSessionAsync(person.SessionId).BodyAsync()).Text("closeReason"));
    }

    [Fact]
    public async Task SES_03_All_open_sessions_of_a_user_are_closed_and_nobody_elses()
    {
        var user = await system.CreateUserAsync();
        using var first = await SignedInPerson.OfAsync(system, user);
        using var second = await SignedInPerson.OfAsync(system, user);
        using var stranger = await SignedInPerson.OfAsync(system);
        using var manager = await system.SessionManagerAsync();
        var before = await manager.OpenAsync(user);
        await manager.CloseAsync(before);

        Assert.Equal(2, await manager.CloseAllAsync(user));
        Assert.Equal(0, await manager.CloseAllAsync(user));

        Assert.Empty((await manager.ListAsync($"user={user}&state=open")).Items());
        Assert.Equal(3, (await manager.ListAsync($"user={user}&state=closed")).Items().Count);
        Assert.Contains("code", await stranger.ReturnSilentlyAsync());
        Assert.Equal("login_required", (await first.ReturnSilentlyAsync())["error"]);
        Assert.Equal("login_required", (await second.ReturnSilentlyAsync())["error"]);
    }

    [Fact]
    public async Task A_user_nobody_knows_has_no_session_to_close()
    {
        using var manager = await system.SessionManagerAsync();

        Assert.Equal(0, await manager.CloseAllAsync(Guid.CreateVersion7()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?user=")]
    [InlineData("?user=everybody")]
    public async Task Without_a_user_nothing_is_closed(string query)
    {
        using var manager = await system.SessionManagerAsync();
        var session = await manager.OpenAsync(await system.CreateUserAsync());

        await manager.DeleteAsync(SessionsApi.Path + query, Cancellation).ProblemAsync(HttpStatusCode.BadRequest, "unreadable-request");

        Assert.Equal("open", (await manager.GetSessionAsync(session).BodyAsync()).Text("state"));
    }

    private Task<int> RevocationsAsync(Guid session) => system.InStoreAsync(store =>
        store.Revocations.CountAsync(row => row.Kind == "session" && row.Value == session.ToString(), Cancellation));
}
