using Microsoft.EntityFrameworkCore;

namespace UserDomain.SessionApi.Tests.Sessions;

public sealed class CreateSessionTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Refused => new()
    {
        { "userId", """{ }""" },
        { "userId", """{ "userId": null }""" },
        { "address", """{ "userId": "01890000-0000-7000-8000-000000000000", "address": "" }""" },
        { "address", """{ "userId": "01890000-0000-7000-8000-000000000000", "address": "here" }""" },
        { "address", """{ "userId": "01890000-0000-7000-8000-000000000000", "address": "192.0.2.256" }""" },
        { "address", """{ "userId": "01890000-0000-7000-8000-000000000000", "address": "192.0.2.7, 192.0.2.8" }""" },
        { "address", $$"""{ "userId": "01890000-0000-7000-8000-000000000000", "address": "{{new string('1', 46)}}" }""" },
        { "userAgent", $$"""{ "userId": "01890000-0000-7000-8000-000000000000", "userAgent": "{{new string('x', 513)}}" }""" },
        { "userAgent", """{ "userId": "01890000-0000-7000-8000-000000000000", "userAgent": "a\u0000b" }""" },
        { "userAgent", """{ "userId": "01890000-0000-7000-8000-000000000000", "userAgent": "a\nb" }""" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_member_outside_of_its_bounds_is_named(string member, string body)
    {
        using var manager = await system.SessionManagerAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        await manager.PostAsync(SessionsApi.Path, content, Cancellation).RefusedAsync(member);
    }

    [Theory]
    [InlineData("id")]
    [InlineData("createdAt")]
    [InlineData("expiresAt")]
    [InlineData("handleHash")]
    [InlineData("authenticationMethods")]
    [InlineData("user")]
    public async Task A_member_nobody_may_set_is_refused(string member)
    {
        using var manager = await system.SessionManagerAsync();
        var user = await system.CreateUserAsync();

        await manager.PostSessionAsync(new Dictionary<string, object> { ["userId"] = user, [member] = "x" })
            .ProblemAsync(HttpStatusCode.BadRequest, "unreadable-request");
    }

    [Fact]
    public async Task A_service_opens_a_session_for_a_user_it_vouches_for()
    {
        using var manager = await system.SessionManagerAsync();
        var user = await system.CreateUserAsync();

        using var response = await manager.PostSessionAsync(new { userId = user, address = "2001:db8::7", userAgent = new string('x', 512) });
        var session = await Task.FromResult(response).BodyAsync(HttpStatusCode.Created);
        var read = await manager.GetAsync(response.Headers.Location, Cancellation).BodyAsync();

        Assert.Equal(session.GetRawText(), read.GetRawText());
        Assert.Equal(user, session.GetProperty("user").GetProperty("id").GetGuid());
        Assert.Equal("2001:db8::7", session.Text("address"));
        Assert.Equal(new string('x', 512), session.Text("userAgent"));
        Assert.Equal("open", session.Text("state"));
        Assert.Equal(["external"], session.GetProperty("authenticationMethods").EnumerateArray().Select(method => method.GetString()));
        Assert.Equal(0, session.GetProperty("clients").GetArrayLength());
        Assert.Equal(7, session.GetProperty("id").GetGuid().Version);
    }

    [Fact]
    public async Task SES_01_A_session_a_service_opens_has_no_handle_a_browser_could_hold()
    {
        using var manager = await system.SessionManagerAsync();
        var session = await manager.PostSessionAsync(new { userId = await system.CreateUserAsync() }).BodyAsync(HttpStatusCode.Created);
        var id = session.GetProperty("id").GetGuid();

        Assert.DoesNotContain("handle", session.GetRawText(), StringComparison.OrdinalIgnoreCase);
        Assert.Null(await system.InStoreAsync(store => store.Sessions.Where(row => row.Id == id).Select(row => row.HandleHash).SingleAsync(Cancellation)));
    }

    [Fact]
    public async Task A_user_who_does_not_exist_gets_no_session()
    {
        using var manager = await system.SessionManagerAsync();

        await manager.PostSessionAsync(new { userId = Guid.CreateVersion7() }).ProblemAsync(HttpStatusCode.UnprocessableEntity, "unknown-user");
    }

    [Fact]
    public async Task A_disabled_user_gets_no_session()
    {
        using var manager = await system.SessionManagerAsync();
        using var users = await system.ClientWithAsync(["users:read", "users:write"]);
        var user = await system.CreateUserAsync();
        await users.PostAsync($"api/v1/users/{user}/disable", content: null, Cancellation).BodyAsync();

        await manager.PostSessionAsync(new { userId = user }).ProblemAsync(HttpStatusCode.Conflict, "user-disabled");

        Assert.Empty((await manager.ListAsync($"user={user}")).Items());
    }

    [Fact]
    public async Task API_03_Repetitions_with_one_idempotency_key_open_one_session_however_they_race()
    {
        using var manager = await system.SessionManagerAsync();
        var user = await system.CreateUserAsync();
        var key = Guid.CreateVersion7().ToString();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => manager.PostSessionAsync(new { userId = user }, key).BodyAsync(HttpStatusCode.Created)));

        Assert.Single(answers.Select(answer => answer.GetRawText()).Distinct());
        Assert.Single((await manager.ListAsync($"user={user}")).Items());
        Assert.Single(await system.EventsAsync(answers[0].GetProperty("id").GetGuid(), "session.created"));
    }

    [Fact]
    public async Task API_03_A_repetition_is_answered_with_the_place_of_the_first_session()
    {
        using var manager = await system.SessionManagerAsync();
        var session = new { userId = await system.CreateUserAsync() };

        using var first = await manager.PostSessionAsync(session, "once");
        using var second = await manager.PostSessionAsync(session, "once");

        Assert.Equal(HttpStatusCode.Created, second.StatusCode);
        Assert.Equal(first.Headers.Location, second.Headers.Location);
    }

    [Fact]
    public async Task API_03_A_key_that_comes_with_another_body_is_refused()
    {
        using var manager = await system.SessionManagerAsync();
        var user = await system.CreateUserAsync();
        await manager.PostSessionAsync(new { userId = user }, "key").BodyAsync(HttpStatusCode.Created);

        await manager.PostSessionAsync(new { userId = user, address = "192.0.2.7" }, "key").ProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
        await manager.PostSessionAsync(new { userId = user }, new string('k', 201)).RefusedAsync("Idempotency-Key");
    }

    [Fact]
    public async Task API_03_The_key_of_one_service_is_nothing_to_another()
    {
        using var one = await system.SessionManagerAsync();
        using var other = await system.SessionManagerAsync();
        var user = await system.CreateUserAsync();

        await one.PostSessionAsync(new { userId = user }, "same").BodyAsync(HttpStatusCode.Created);
        await other.PostSessionAsync(new { userId = user }, "same").BodyAsync(HttpStatusCode.Created);

        Assert.Equal(2, (await one.ListAsync($"user={user}")).Items().Count);
    }
}
