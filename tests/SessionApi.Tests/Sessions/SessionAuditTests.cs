namespace UserDomain.SessionApi.Tests.Sessions;

public sealed class SessionAuditTests(RunningSystem system)
{
    [Fact]
    public async Task AUD_01_Signing_in_is_told_once_with_the_person_their_application_and_their_session()
    {
        using var person = await SignedInPerson.OfAsync(system);

        var created = Assert.Single(await system.EventsAsync(person.SessionId, "session.created"));

        Assert.Equal("user", created.GetProperty("actor").Text("type"));
        Assert.Equal(person.UserId.ToString(), created.GetProperty("actor").Text("id"));
        Assert.Equal(person.Browser.ClientId, created.Text("clientId"));
        Assert.Equal(person.SessionId.ToString(), created.Text("sessionId"));
        Assert.Equal("session", created.GetProperty("target").Text("type"));
        Assert.Equal(person.UserName, created.GetProperty("target").Text("name"));
        Assert.Equal(JsonValueKind.Null, created.GetProperty("before").ValueKind);
        Assert.Equal(person.UserId.ToString(), created.GetProperty("after").GetProperty("user").Text("id"));
        Assert.Equal(SignedInPerson.UserAgent, created.GetProperty("after").Text("userAgent"));
        Assert.True(created.GetProperty("succeeded").GetBoolean());
        Assert.True(IPAddress.IsLoopback(IPAddress.Parse(created.Text("address")!)));
    }

    [Fact]
    public async Task AUD_01_A_session_a_service_opens_is_told_once_with_the_service_as_its_actor()
    {
        using var manager = await system.SessionManagerAsync();
        var user = await system.CreateUserAsync();
        var session = await manager.PostSessionAsync(new { userId = user, address = "192.0.2.7" }).BodyAsync(HttpStatusCode.Created);

        var created = Assert.Single(await system.EventsAsync(session.GetProperty("id").GetGuid(), "session.created"));

        Assert.Equal("client", created.GetProperty("actor").Text("type"));
        Assert.Equal(created.Text("clientId"), created.GetProperty("actor").Text("id"));
        Assert.Null(created.Text("sessionId"));
        Assert.Equal("192.0.2.7", created.GetProperty("after").Text("address"));
        Assert.NotEqual("192.0.2.7", created.Text("address"));
    }

    [Fact]
    public async Task AUD_01_Closing_is_told_once_with_who_closed_it_and_why()
    {
        var support = await system.CreateUserAsync(roles: "support");
        using var client = await system.SignedInAsync(support, "sessions:read", "sessions:write");
        using var person = await SignedInPerson.OfAsync(system);

        await client.CloseAsync(person.SessionId);
        var closed = Assert.Single(await system.EventsAsync(person.SessionId, "session.closed"));
        var own = Assert.Single((await client.ListAsync($"user={support}")).Items());

        Assert.Equal(support.ToString(), closed.GetProperty("actor").Text("id"));
        Assert.Equal(own.Text("id"), closed.Text("sessionId"));
        Assert.Equal(own.GetProperty("clients")[0].GetString(), closed.Text("clientId"));
        Assert.Equal(JsonValueKind.Null, closed.GetProperty("before").ValueKind);
        Assert.Equal("closed-by-administrator", closed.GetProperty("after").Text("reason"));
        Assert.Equal(person.UserId.ToString(), closed.GetProperty("after").Text("user"));
    }

    [Fact]
    public async Task AUD_01_Closing_all_is_told_once_for_each_session()
    {
        using var manager = await system.SessionManagerAsync();
        var user = await system.CreateUserAsync();
        var sessions = new[] { await manager.OpenAsync(user), await manager.OpenAsync(user) };

        await manager.CloseAllAsync(user);

        foreach (var session in sessions)
        {
            Assert.Single(await system.EventsAsync(session, "session.closed"));
        }
    }

    [Fact]
    public async Task AUD_01_What_is_refused_opens_and_tells_nothing()
    {
        using var manager = await system.SessionManagerAsync();
        var nobody = Guid.CreateVersion7();
        await manager.PostSessionAsync(new { userId = nobody }).ProblemAsync(HttpStatusCode.UnprocessableEntity, "unknown-user");
        await manager.DeleteSessionAsync(nobody).ProblemAsync(HttpStatusCode.NotFound, "session-not-found");

        Assert.Empty(await system.EventsAsync(nobody, "session.closed"));
        Assert.Empty((await manager.ListAsync($"user={nobody}")).Items());
    }
}
