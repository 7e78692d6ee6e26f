namespace UserDomain.RoleApi.Tests.Groups;

public sealed class GroupTests(RunningSystem system)
{
    [Fact]
    public async Task A_new_group_is_answered_with_its_place_and_version_and_can_be_read()
    {
        using var client = await system.ManagerAsync();
        var name = RoleCalls.UniqueName("Zoë's group");

        using var response = await client.PostJsonAsync("groups", new { name, description = "Who runs it." });
        var group = await Task.FromResult(response).BodyAsync(HttpStatusCode.Created);
        var read = await client.GetAsync(response.Headers.Location, TestContext.Current.CancellationToken).BodyAsync();

        Assert.Equal("\"1\"", response.Headers.ETag!.Tag);
        Assert.Equal(read.GetRawText(), group.GetRawText());
        Assert.Equal(7, group.Id().Version);
        Assert.Equal(name, group.Text("name"));
        Assert.Equal("Who runs it.", group.Text("description"));
        Assert.Equal(0, group.GetProperty("memberCount").GetInt32());
    }

    [Fact]
    public async Task A_name_is_taken_in_any_case_of_its_letters()
    {
        using var client = await system.ManagerAsync();
        var name = RoleCalls.UniqueName("é");
        await client.CreateAsync("groups", new { name });
        var other = await client.CreateGroupAsync();

        await client.PostJsonAsync("groups", new { name = name.ToUpperInvariant() }).ProblemAsync(HttpStatusCode.Conflict, "group-name-taken");
        await client.PatchJsonAsync($"groups/{other}", new { name = name.ToUpperInvariant() }).ProblemAsync(HttpStatusCode.Conflict, "group-name-taken");
    }

    [Fact]
    public async Task An_absent_member_stays_an_empty_one_is_cleared_and_nothing_new_makes_no_version()
    {
        using var client = await system.ManagerAsync();
        var path = $"groups/{await client.CreateAsync("groups", new { name = RoleCalls.UniqueName(), description = "first" })}";
        var name = RoleCalls.UniqueName("renamed");

        var renamed = await client.PatchJsonAsync(path, new { name }).BodyAsync();
        var same = await client.PatchJsonAsync(path, new { name, description = "first" }).BodyAsync();
        var cleared = await client.PatchJsonAsync(path, new { description = "" }).BodyAsync();

        Assert.Equal("first", renamed.Text("description"));
        Assert.Equal(renamed.GetRawText(), same.GetRawText());
        Assert.Equal(name, cleared.Text("name"));
        Assert.Equal("", cleared.Text("description"));
        Assert.Equal(3, cleared.GetProperty("version").GetInt64());
    }

    [Fact]
    public async Task A_group_that_does_not_exist_is_not_found()
    {
        using var client = await system.ManagerAsync();
        var path = $"groups/{Guid.CreateVersion7()}";
        var user = await system.CreateUserAsync();

        await client.ReadAsync(path).ProblemAsync(HttpStatusCode.NotFound, "group-not-found");
        await client.PatchJsonAsync(path, new { }).ProblemAsync(HttpStatusCode.NotFound, "group-not-found");
        await client.RemoveAsync(path).ProblemAsync(HttpStatusCode.NotFound, "group-not-found");
        await client.ReadAsync($"{path}/members").ProblemAsync(HttpStatusCode.NotFound, "group-not-found");
        await client.SendAsync("PUT", $"{path}/members/{user}").ProblemAsync(HttpStatusCode.NotFound, "group-not-found");
        await client.RemoveAsync($"{path}/members/{user}").ProblemAsync(HttpStatusCode.NotFound, "group-not-found");
    }

    [Fact]
    public async Task A_deleted_group_is_gone_with_its_memberships_and_assignments_but_not_its_users()
    {
        using var client = await system.ManagerAsync();
        var role = await client.CreateRoleAsync("roles:read");
        var group = await client.CreateGroupAsync();
        var user = await system.CreateUserAsync();
        await client.SendAsync("PUT", $"groups/{group}/members/{user}").DoneAsync();
        await client.CreateAsync("role-assignments", new { roleId = role, groupId = group });

        await client.RemoveAsync($"groups/{group}").DoneAsync();
        await client.ReadAsync($"groups/{group}").ProblemAsync(HttpStatusCode.NotFound, "group-not-found");
        var held = await client.ReadAsync($"effective-permissions?user={user}").BodyAsync();

        Assert.Empty(held.GetProperty("permissions").EnumerateArray());
        Assert.Empty((await client.ReadAsync($"role-assignments?role={role}").BodyAsync()).Items());
    }
}
