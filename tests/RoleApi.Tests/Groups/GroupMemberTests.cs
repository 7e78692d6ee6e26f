namespace UserDomain.RoleApi.Tests.Groups;

public sealed class GroupMemberTests(RunningSystem system)
{
    [Fact]
    public async Task A_member_is_listed_and_counted_from_begin_to_end()
    {
        using var client = await system.ManagerAsync();
        var group = await client.CreateGroupAsync();
        var name = RoleCalls.UniqueName();
        var user = await system.CreateUserAsync(name);

        await client.SendAsync("PUT", $"groups/{group}/members/{user}").DoneAsync();
        var member = Assert.Single((await client.ReadAsync($"groups/{group}/members").BodyAsync()).Items());
        var joined = await client.ReadAsync($"groups/{group}").BodyAsync();
        await client.RemoveAsync($"groups/{group}/members/{user}").DoneAsync();
        var left = await client.ReadAsync($"groups/{group}").BodyAsync();

        Assert.Equal(user, member.Id());
        Assert.Equal(name, member.Text("userName"));
        Assert.Equal(1, joined.GetProperty("memberCount").GetInt32());
        Assert.Equal(2, joined.GetProperty("version").GetInt64());
        Assert.Equal(0, left.GetProperty("memberCount").GetInt32());
        Assert.Empty((await client.ReadAsync($"groups/{group}/members").BodyAsync()).Items());
    }

    [Fact]
    public async Task A_member_who_is_added_again_changes_nothing_also_at_once()
    {
        using var client = await system.ManagerAsync();
        var group = await client.CreateGroupAsync();
        var user = await system.CreateUserAsync();

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => client.SendAsync("PUT", $"groups/{group}/members/{user}").DoneAsync()));
        var read = await client.ReadAsync($"groups/{group}").BodyAsync();

        Assert.Equal(1, read.GetProperty("memberCount").GetInt32());
        Assert.Equal(2, read.GetProperty("version").GetInt64());
    }

    [Fact]
    public async Task A_user_who_does_not_exist_is_not_found_and_one_who_is_no_member_neither()
    {
        using var client = await system.ManagerAsync();
        var group = await client.CreateGroupAsync();
        var user = await system.CreateUserAsync();

        await client.SendAsync("PUT", $"groups/{group}/members/{Guid.CreateVersion7()}").ProblemAsync(HttpStatusCode.NotFound, "user-not-found");
        await client.RemoveAsync($"groups/{group}/members/{user}").ProblemAsync(HttpStatusCode.NotFound, "group-member-not-found");
    }

    [Fact]
    public async Task Members_are_listed_by_user_name_page_by_page()
    {
        using var client = await system.ManagerAsync();
        var group = await client.CreateGroupAsync();
        var start = RoleCalls.UniqueName();
        string[] names = [start + "c", start + "a", start + "E", start + "b", start + "D"];
        foreach (var name in names)
        {
            await client.SendAsync("PUT", $"groups/{group}/members/{await system.CreateUserAsync(name)}").DoneAsync();
        }

        var seen = await client.AllAsync($"groups/{group}/members?", limit: 2);

        Assert.Equal(names.Order(StringComparer.OrdinalIgnoreCase), seen.Select(member => member.Text("userName")));
    }

    [Fact]
    public async Task API_02_A_cursor_of_the_members_of_another_group_is_refused()
    {
        using var client = await system.ManagerAsync();
        var group = await client.CreateGroupAsync();
        var other = await client.CreateGroupAsync();
        await client.SendAsync("PUT", $"groups/{group}/members/{await system.CreateUserAsync()}").DoneAsync();
        await client.SendAsync("PUT", $"groups/{group}/members/{await system.CreateUserAsync()}").DoneAsync();
        var page = await client.ReadAsync($"groups/{group}/members?limit=1").BodyAsync();

        await client.ReadAsync($"groups/{other}/members?cursor={page.Text("nextCursor")}").RefusedAsync("cursor");
        await client.ReadAsync($"groups/{group}/members?limit=0").RefusedAsync("limit");
        await client.ReadAsync($"groups/{group}/members?limit=201").RefusedAsync("limit");
    }
}
