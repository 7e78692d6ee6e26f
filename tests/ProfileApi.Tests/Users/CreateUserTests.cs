namespace UserDomain.ProfileApi.Tests.Users;

public sealed class CreateUserTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Refused => new()
    {
        { "userName", """{ "email": "a@example.test" }""" },
        { "userName", """{ "userName": "", "email": "a@example.test" }""" },
        { "userName", """{ "userName": "two words", "email": "a@example.test" }""" },
        { "userName", """{ "userName": "\u0430lice", "email": "a@example.test" }""" },
        { "userName", $$"""{ "userName": "{{new string('a', 101)}}", "email": "a@example.test" }""" },
        { "email", """{ "userName": "a" }""" },
        { "email", """{ "userName": "a", "email": "" }""" },
        { "email", """{ "userName": "a", "email": "nobody" }""" },
        { "email", """{ "userName": "a", "email": "a@b@example.test" }""" },
        { "email", """{ "userName": "a", "email": "a..b@example.test" }""" },
        { "email", """{ "userName": "a", "email": "a\uFF20b@example.test" }""" },
        { "email", """{ "userName": "a", "email": "Alice <a@example.test>" }""" },
        { "email", """{ "userName": "a", "email": "a@-example.test" }""" },
        { "email", $$"""{ "userName": "a", "email": "a@{{string.Join('.', Enumerable.Repeat(new string('d', 60), 5))}}" }""" },
        { "displayName", $$"""{ "userName": "a", "email": "a@example.test", "displayName": "{{new string('x', 201)}}" }""" },
        { "displayName", """{ "userName": "a", "email": "a@example.test", "displayName": "A\u0000B" }""" },
        { "givenName", """{ "userName": "a", "email": "a@example.test", "givenName": "A\nB" }""" },
        { "familyName", """{ "userName": "a", "email": "a@example.test", "familyName": "\u202Eecila" }""" },
        { "locale", """{ "userName": "a", "email": "a@example.test", "locale": "not a tag" }""" },
        { "zoneInfo", """{ "userName": "a", "email": "a@example.test", "zoneInfo": "Europe/Atlantis" }""" },
        { "zoneInfo", """{ "userName": "a", "email": "a@example.test", "zoneInfo": "../../etc/passwd" }""" },
        { "attributes", """{ "userName": "a", "email": "a@example.test", "attributes": { "Team": "x" } }""" },
        { "attributes", $$"""{ "userName": "a", "email": "a@example.test", "attributes": { "team": "{{new string('x', 1025)}}" } }""" },
        { "attributes", $$"""{ "userName": "a", "email": "a@example.test", "attributes": { {{string.Join(',', Enumerable.Range(0, 33).Select(n => $"\"a{n}\": \"\""))}} } }""" },
        { "attributes", $$"""{ "userName": "a", "email": "a@example.test", "attributes": { {{string.Join(',', Enumerable.Range(0, 20).Select(n => $"\"a{n}\": \"{new string('x', 1000)}\""))}} } }""" },
    };

    [Fact]
    public async Task A_new_user_is_answered_with_its_place_and_version_and_can_be_read()
    {
        using var client = await system.UserWriterAsync();
        var name = UsersApi.UniqueName();

        using var response = await client.PostUserAsync(new
        {
            userName = name,
            email = $"{name}@example.test",
            displayName = "Zoë Ångström",
            givenName = "Zoë",
            familyName = "",
            locale = "de-AT",
            zoneInfo = "Europe/Vienna",
            attributes = new { cost_center = "4711" },
        });
        var user = await Task.FromResult(response).BodyAsync(HttpStatusCode.Created);
        var read = await client.GetAsync(response.Headers.Location, Cancellation).BodyAsync();

        Assert.Equal("\"1\"", response.Headers.ETag!.Tag);
        Assert.Equal(user.GetRawText(), read.GetRawText());
        Assert.Equal("Zoë Ångström", user.Text("displayName"));
        Assert.Null(user.Text("familyName"));
        Assert.Equal("4711", user.GetProperty("attributes").Text("cost_center"));
        Assert.False(user.GetProperty("emailVerified").GetBoolean());
        Assert.False(user.GetProperty("disabled").GetBoolean());
        Assert.Equal(7, user.GetProperty("id").GetGuid().Version);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_member_outside_of_its_bounds_is_named(string member, string body)
    {
        using var client = await system.UserWriterAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        await client.PostAsync(UsersApi.Path, content, Cancellation).RefusedAsync(member);
    }

    [Theory]
    [InlineData("emailVerified")]
    [InlineData("id")]
    [InlineData("password")]
    [InlineData("passwordHash")]
    [InlineData("securityStamp")]
    [InlineData("disabled")]
    [InlineData("roles")]
    [InlineData("version")]
    public async Task A_member_nobody_may_set_is_refused(string member)
    {
        using var client = await system.UserWriterAsync();
        var name = UsersApi.UniqueName();

        await client.PostUserAsync(new Dictionary<string, object> { ["userName"] = name, ["email"] = $"{name}@example.test", [member] = true })
            .ProblemAsync(HttpStatusCode.BadRequest, "unreadable-request");
    }

    [Fact]
    public async Task A_user_name_is_taken_in_any_case_of_its_letters()
    {
        using var client = await system.UserWriterAsync();
        var name = UsersApi.UniqueName();
        await client.CreateAsync(name);

        await client.PostUserAsync(new { userName = name.ToUpperInvariant(), email = $"{UsersApi.UniqueName()}@example.test" })
            .ProblemAsync(HttpStatusCode.Conflict, "user-name-taken");
    }

    [Fact]
    public async Task An_address_is_taken_in_any_case_and_width_of_its_letters()
    {
        using var client = await system.UserWriterAsync();
        var name = UsersApi.UniqueName("a");
        await client.CreateAsync(name);

        await client.PostUserAsync(new { userName = UsersApi.UniqueName(), email = $"\uFF21{name[1..]}@Example.Test" })
            .ProblemAsync(HttpStatusCode.Conflict, "email-taken");
    }

    [Fact]
    public async Task A_user_name_that_is_the_address_of_somebody_else_is_taken()
    {
        using var client = await system.UserWriterAsync();
        var name = UsersApi.UniqueName();
        await client.CreateAsync(name);

        await client.PostUserAsync(new { userName = $"{name}@example.test", email = $"{UsersApi.UniqueName()}@example.test" })
            .ProblemAsync(HttpStatusCode.Conflict, "user-name-taken");
    }

    [Fact]
    public async Task Of_many_requests_for_one_name_at_once_one_succeeds_and_the_others_are_told()
    {
        using var client = await system.UserWriterAsync();
        var name = UsersApi.UniqueName();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => client.PostUserAsync(new { userName = name, email = $"{name}-{n}@example.test" })));

        Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        Assert.Equal(19, answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task Repetitions_with_one_idempotency_key_make_one_user_however_they_race()
    {
        using var client = await system.UserWriterAsync();
        var name = UsersApi.UniqueName();
        client.DefaultRequestHeaders.Add("Idempotency-Key", name);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ =>
            client.PostUserAsync(new { userName = name, email = $"{name}@example.test" }).BodyAsync(HttpStatusCode.Created)));
        var other = client.PostUserAsync(new { userName = UsersApi.UniqueName(), email = $"{name}@example.test" });

        Assert.Single(answers.Select(user => user.Text("id")).Distinct());
        await other.ProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
    }

    [Fact]
    public async Task A_creation_is_in_the_audit_trail_with_who_did_it()
    {
        var manager = await system.CreateUserAsync(roles: "user-manager");
        using var client = await system.SignedInAsync(manager, "users:write");

        var id = await client.CreateAsync();
        var found = await system.EventAsync(id, "user.created");

        Assert.Equal(manager.ToString(), found.GetProperty("actor").Text("id"));
        Assert.NotNull(found.Text("sessionId"));
        Assert.Equal(JsonValueKind.Null, found.GetProperty("before").ValueKind);
        Assert.Equal(id.ToString(), found.GetProperty("after").Text("id"));
    }
}
