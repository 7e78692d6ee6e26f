using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using UserDomain.Contracts;
using UserDomain.IdentityStore.Sessions;
using UserDomain.SessionApi.Tests.Sessions;

namespace UserDomain.SessionApi.Tests.Live;

/// <summary>Who is signed in, told as it happens.</summary>
public sealed class LiveSessionsTests(RunningSystem system)
{
    private const string Path = "api/v1/sessions/live";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sessions_are_told_as_they_are_opened_and_closed()
    {
        using var manager = await system.SessionManagerAsync();
        var user = await system.CreateUserAsync("lia-live");
        await using var live = await LiveListener.OfAsync(manager, Path);
        var clock = Stopwatch.StartNew();

        var session = await manager.OpenAsync(user);
        var opened = await live.NextAsync(told => IsOf(told, session));
        await manager.CloseAsync(session);
        var closed = await live.NextAsync(told => IsOf(told, session));

        Assert.Equal(("opened", "open", "lia-live"), (opened.Text("change"), opened.GetProperty("session").Text("state"), opened.GetProperty("session").GetProperty("user").Text("name")));
        Assert.Equal(("closed", "closed", SessionCloseReasons.ClosedByAdministrator), (closed.Text("change"), closed.GetProperty("session").Text("state"), closed.GetProperty("session").Text("closeReason")));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task All_feeds_are_told_each_change_once_and_nothing_that_was_before()
    {
        using var manager = await system.SessionManagerAsync();
        var user = await system.CreateUserAsync();
        var before = await manager.OpenAsync(user);
        await Task.Delay(TimeSpan.FromMilliseconds(500), Cancellation);
        var listeners = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => LiveListener.OfAsync(manager, $"{Path}?user={user}")));

        var sessions = new List<Guid>();
        foreach (var _ in Enumerable.Range(0, 5))
        {
            sessions.Add(await manager.OpenAsync(user));
        }

        Assert.Equal(6, await manager.CloseAllAsync(user));

        foreach (var live in listeners)
        {
            var told = new List<(string?, Guid)>();
            foreach (var _ in Enumerable.Range(0, 11))
            {
                var change = await live.NextAsync();
                told.Add((change.Text("change"), change.GetProperty("session").GetProperty("id").GetGuid()));
            }

            Assert.Equal(sessions.Select(session => ((string?)"opened", session)), told.Where(change => change.Item1 == "opened"));
            Assert.Equal(sessions.Append(before).Order(), told.Where(change => change.Item1 == "closed").Select(change => change.Item2).Order());
            await live.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_feed_of_one_user_tells_of_nobody_else()
    {
        using var manager = await system.SessionManagerAsync();
        var (user, other) = (await system.CreateUserAsync(), await system.CreateUserAsync());
        await using var live = await LiveListener.OfAsync(manager, $"{Path}?user={user}");

        await manager.OpenAsync(other);
        var session = await manager.OpenAsync(user);

        Assert.True(IsOf(await live.NextAsync(), session));
    }

    [Fact]
    public async Task REV_01_It_ends_with_the_reader_s_access_and_says_so()
    {
        using var reader = await system.ClientWithAsync([Scopes.SessionsRead]);
        await using var live = await LiveListener.OfAsync(reader, Path);

        await system.EndAccessOfAsync(reader);

        Assert.Equal((WebSocketCloseStatus.PolicyViolation, "The access token has ended: connect again with another one."), await live.EndAsync());
    }

    [Fact]
    public async Task A_service_that_ends_says_so_and_does_not_wait_for_its_listeners()
    {
        var ending = new RunningSystem();
        await ending.InitializeAsync();
        using var reader = await ending.ClientWithAsync([Scopes.SessionsRead]);
        await using var live = await LiveListener.OfAsync(reader, Path);
        var ended = live.EndAsync();
        var clock = Stopwatch.StartNew();

        await ending.DisposeAsync();

        Assert.Equal((WebSocketCloseStatus.EndpointUnavailable, "The service ends: connect again."), await ended);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Who_leaves_is_let_go_and_who_speaks_is_told_that_nobody_listens()
    {
        using var reader = await system.ClientWithAsync([Scopes.SessionsRead]);
        await using var leaving = await LiveListener.OfAsync(reader, Path);
        await using var speaking = await LiveListener.OfAsync(reader, Path);

        await leaving.Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancellation);
        await speaking.Socket.SendAsync(Encoding.UTF8.GetBytes("subscribe"), WebSocketMessageType.Text, endOfMessage: true, Cancellation);

        Assert.Equal(WebSocketState.Closed, leaving.Socket.State);
        Assert.Equal((WebSocketCloseStatus.InvalidMessageType, "This feed takes no messages."), await speaking.EndAsync());
    }

    [Fact]
    public async Task Whoever_does_not_ask_for_a_WebSocket_is_told_to()
    {
        using var reader = await system.ClientWithAsync([Scopes.SessionsRead]);

        using var answer = await reader.GetAsync(new Uri(Path, UriKind.Relative), Cancellation);

        Assert.Equal("websocket", Assert.Single(answer.Headers.Upgrade).Name);
        await Task.FromResult(answer).ProblemAsync(HttpStatusCode.UpgradeRequired, "web-socket-required");
    }

    private static bool IsOf(JsonElement told, Guid session) => told.GetProperty("session").GetProperty("id").GetGuid() == session;
}
