using Microsoft.EntityFrameworkCore;

namespace UserDomain.SessionApi.Tests.Sessions;

public sealed class ReadSessionsTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SES_03_A_signed_in_person_has_a_session_that_says_who_through_what_and_from_where()
    {
        using var person = await SignedInPerson.OfAsync(system);
        using var manager = await system.SessionManagerAsync();

        var session = Assert.Single((await manager.ListAsync($"user={person.UserId}")).Items());

        Assert.Equal(person.SessionId, session.GetProperty("id").GetGuid());
        Assert.Equal(person.UserId, session.GetProperty("user").GetProperty("id").GetGuid());
        Assert.Equal(person.UserName, session.GetProperty("user").Text("name"));
        Assert.Equal("open", session.Text("state"));
        Assert.Equal([person.Browser.ClientId], session.GetProperty("clients").EnumerateArray().Select(client => client.GetString()));
        Assert.True(IPAddress.IsLoopback(IPAddress.Parse(session.Text("address")!)));
        Assert.Equal(SignedInPerson.UserAgent, session.Text("userAgent"));
        Assert.Equal(["pwd"], session.GetProperty("authenticationMethods").EnumerateArray().Select(method => method.GetString()));
        Assert.Null(session.Text("closedAt"));
        Assert.Null(session.Text("closeReason"));
    }

    [Fact]
    public async Task SES_02_A_session_ends_after_an_hour_without_use()
    {
        using var person = await SignedInPerson.OfAsync(system);
        using var manager = await system.SessionManagerAsync();

        var session = await manager.GetSessionAsync(person.SessionId).BodyAsync();

        Assert.Equal(TimeSpan.FromHours(1), session.GetProperty("expiresAt").GetDateTimeOffset() - session.GetProperty("createdAt").GetDateTimeOffset());
        Assert.Equal(session.Text("createdAt"), session.Text("authenticatedAt"));
    }

    [Fact]
    public async Task One_session_is_read_as_the_list_shows_it()
    {
        using var person = await SignedInPerson.OfAsync(system);
        using var manager = await system.SessionManagerAsync();

        var session = await manager.GetSessionAsync(person.SessionId).BodyAsync();

        Assert.Equal(Assert.Single((await manager.ListAsync($"user={person.UserId}")).Items()).GetRawText(), session.GetRawText());
    }

    [Fact]
    public async Task A_session_that_does_not_exist_is_not_found()
    {
        using var manager = await system.SessionManagerAsync();

        await manager.GetSessionAsync(Guid.CreateVersion7()).ProblemAsync(HttpStatusCode.NotFound, "session-not-found");
        await manager.DeleteSessionAsync(Guid.CreateVersion7()).ProblemAsync(HttpStatusCode.NotFound, "session-not-found");
    }

    [Fact]
    public async Task Each_application_the_person_goes_to_is_named_once_in_their_session()
    {
        using var person = await SignedInPerson.OfAsync(system);
        using var manager = await system.SessionManagerAsync();
        await person.Browser.SignInAsync(person.UserName, RunningSystem.Password);

        var session = await manager.GetSessionAsync(person.SessionId).BodyAsync();

        Assert.Equal([person.Browser.ClientId], session.GetProperty("clients").EnumerateArray().Select(client => client.GetString()));
    }

    [Fact]
    public async Task Each_filter_keeps_what_it_names()
    {
        var user = await system.CreateUserAsync();
        using var manager = await system.SessionManagerAsync();
        var open = await manager.OpenAsync(user);
        var closed = await manager.OpenAsync(user);
        var idle = await manager.OpenAsync(user);
        var old = await manager.OpenAsync(user);
        var other = await manager.OpenAsync(await system.CreateUserAsync());
        await manager.CloseAsync(closed);
        var now = DateTimeOffset.UnixEpoch;
        await ChangeAsync(idle, rows => rows.ExecuteUpdateAsync(set => set.SetProperty(row => row.IdleExpiresAt, now), Cancellation));
        await ChangeAsync(old, rows => rows.ExecuteUpdateAsync(set => set.SetProperty(row => row.ExpiresAt, now), Cancellation));

        await KeepsAsync($"user={user}", old, idle, closed, open);
        await KeepsAsync($"user={user}&state=open", open);
        await KeepsAsync($"user={user}&state=closed", closed);
        await KeepsAsync($"user={user}&state=expired", old, idle);
        await KeepsAsync($"user={Guid.CreateVersion7()}");
        Assert.Contains(other, (await manager.ListAsync("state=open&limit=200")).Ids());

        async Task KeepsAsync(string query, params Guid[] expected)
        {
            var page = await manager.ListAsync(query);
            Assert.Equal(expected.OrderDescending(), page.Ids());
            Assert.All(page.Items(), item => Assert.Equal(StateOf(item.GetProperty("id").GetGuid()), item.Text("state")));
        }

        string StateOf(Guid id) => id == open ? "open" : id == closed ? "closed" : "expired";
    }

    [Fact]
    public async Task The_session_of_a_deleted_user_still_says_whose_it_was()
    {
        var user = await system.CreateUserAsync();
        using var manager = await system.SessionManagerAsync();
        using var users = await system.ClientWithAsync(["users:read", "users:write"]);
        var session = await manager.OpenAsync(user);

        using var deleted = await users.DeleteAsync($"api/v1/users/{user}", Cancellation);
        var read = await manager.GetSessionAsync(session).BodyAsync();

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(user, read.GetProperty("user").GetProperty("id").GetGuid());
        Assert.Null(read.GetProperty("user").Text("name"));
        Assert.Equal("user-deleted", read.Text("closeReason"));
    }

    private Task<int> ChangeAsync(Guid id, Func<IQueryable<IdentityStore.Sessions.Session>, Task<int>> change) =>
        system.InStoreAsync(store => change(store.Sessions.Where(row => row.Id == id)));
}
