namespace UserDomain.RoleApi.Tests.Assignments;

public sealed class ReadAssignmentTests(RunningSystem system)
{
    [Fact]
    public async Task Each_filter_keeps_what_it_names()
    {
        using var client = await system.ManagerAsync();
        var (role, other) = (await client.CreateRoleAsync(), await client.CreateRoleAsync());
        var (user, group, service) = (await system.CreateUserAsync(), await client.CreateGroupAsync(), await system.OtherClientAsync());
        var ofUser = await client.CreateAsync("role-assignments", new { roleId = role, userId = user });
        var ofGroup = await client.CreateAsync("role-assignments", new { roleId = role, groupId = group });
        var ofClient = await client.CreateAsync("role-assignments", new { roleId = role, clientId = service });
        var another = await client.CreateAsync("role-assignments", new { roleId = other, userId = user });

        await KeepsAsync($"role={role}", ofUser, ofGroup, ofClient);
        await KeepsAsync($"user={user}", ofUser, another);
        await KeepsAsync($"user={user}&role={other}", another);
        await KeepsAsync($"group={group}", ofGroup);
        await KeepsAsync($"client={service}&role={role}", ofClient);
        await KeepsAsync($"client={service.ToUpperInvariant()}");
        await KeepsAsync($"user={user}&group={group}");
        await KeepsAsync($"role={Guid.CreateVersion7()}");

        async Task KeepsAsync(string query, params Guid[] expected) =>
            Assert.Equal(expected.Order(), (await client.ReadAsync($"role-assignments?{query}").BodyAsync()).Items().Select(item => item.Id()).Order());
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gap_or_repetition()
    {
        using var client = await system.ManagerAsync();
        var role = await client.CreateRoleAsync();
        var expected = new List<Guid>();
        for (var n = 0; n < 5; n++)
        {
            expected.Add(await client.CreateAsync("role-assignments", new { roleId = role, userId = await system.CreateUserAsync() }));
        }

        var seen = await client.AllAsync($"role-assignments?role={role}&", limit: 2);

        Assert.Equal(expected.Order(), seen.Select(item => item.Id()).Order());
    }

    [Fact]
    public async Task API_02_A_cursor_that_was_changed_or_made_for_another_filter_is_refused()
    {
        using var client = await system.ManagerAsync();
        var role = await client.CreateRoleAsync();
        await client.CreateAsync("role-assignments", new { roleId = role, userId = await system.CreateUserAsync() });
        await client.CreateAsync("role-assignments", new { roleId = role, userId = await system.CreateUserAsync() });
        var cursor = (await client.ReadAsync($"role-assignments?role={role}&limit=1").BodyAsync()).Text("nextCursor")!;

        await client.ReadAsync($"role-assignments?cursor={cursor}").RefusedAsync("cursor");
        await client.ReadAsync($"role-assignments?role={role}&user={Guid.CreateVersion7()}&cursor={cursor}").RefusedAsync("cursor");
        await client.ReadAsync($"role-assignments?role={role}&cursor={cursor[..^4]}").RefusedAsync("cursor");
        await client.ReadAsync($"role-assignments?role={role}&cursor={cursor}").BodyAsync();
    }

    [Theory]
    [InlineData("limit", "limit=0")]
    [InlineData("limit", "limit=201")]
    [InlineData("client", "client=%00")]
    [InlineData("cursor", "cursor=nonsense")]
    public async Task A_list_refuses_what_it_cannot_answer_and_names_it(string member, string query)
    {
        using var client = await system.ManagerAsync();

        await client.ReadAsync($"role-assignments?{query}").RefusedAsync(member);
    }

    [Theory]
    [InlineData("user=somebody")]
    [InlineData("group=some")]
    [InlineData("role=administrator")]
    [InlineData("limit=many")]
    public async Task A_filter_that_cannot_be_read_is_refused(string query)
    {
        using var client = await system.ManagerAsync();

        await client.ReadAsync($"role-assignments?{query}").ProblemAsync(HttpStatusCode.BadRequest, "unreadable-request");
    }

    [Fact]
    public async Task An_assignment_is_taken_away_once()
    {
        using var client = await system.ManagerAsync();
        var role = await client.CreateRoleAsync();
        var assignment = await client.CreateAsync("role-assignments", new { roleId = role, userId = await system.CreateUserAsync() });

        await client.RemoveAsync($"role-assignments/{assignment}").DoneAsync();
        await client.RemoveAsync($"role-assignments/{assignment}").ProblemAsync(HttpStatusCode.NotFound, "role-assignment-not-found");

        Assert.Empty((await client.ReadAsync($"role-assignments?role={role}").BodyAsync()).Items());
    }
}
