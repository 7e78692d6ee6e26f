namespace UserDomain.RoleApi.Tests.EffectivePermissions;

public sealed class EffectivePermissionTests(RunningSystem system)
{
    [Fact]
    public async Task Each_permission_is_told_with_every_path_by_which_it_is_held()
    {
        using var client = await system.ManagerAsync("users:read");
        var userName = RoleCalls.UniqueName();
        var user = await system.CreateUserAsync(userName);
        var (leafName, topName, groupName) = (RoleCalls.UniqueName("leaf"), RoleCalls.UniqueName("top"), RoleCalls.UniqueName("group"));
        var leaf = await client.CreateAsync("roles", new { name = leafName, permissions = new[] { "users:read" } });
        var top = await client.CreateAsync("roles", new { name = topName, permissions = new[] { "roles:read" }, includes = new[] { leafName } });
        var group = await client.CreateAsync("groups", new { name = groupName });
        await client.SendAsync("PUT", $"groups/{group}/members/{user}").DoneAsync();
        await client.CreateAsync("role-assignments", new { roleId = leaf, userId = user });
        await client.CreateAsync("role-assignments", new { roleId = top, groupId = group });

        var answer = await client.ReadAsync($"effective-permissions?user={user}").BodyAsync();

        var direct = $"user {user} {userName} > role {leaf} {leafName}";
        var byGroup = $"user {user} {userName} > group {group} {groupName} > role {top} {topName}";
        var byInclusion = $"{byGroup} > role {leaf} {leafName}";
        Assert.Equal(user, answer.GetProperty("user").Id());
        Assert.Equal(userName, answer.GetProperty("user").Text("name"));
        Assert.Equal(["roles:read", "users:read"], answer.GetProperty("permissions").EnumerateArray().Select(one => one.Text("name")));
        Assert.Equal([byGroup], PathsOf(answer, "roles:read"));
        Assert.Equal([direct, byInclusion], PathsOf(answer, "users:read").OrderBy(path => path.Length));
    }

    [Fact]
    public async Task A_role_that_is_reached_by_two_inclusions_is_told_by_both()
    {
        using var client = await system.ManagerAsync();
        var user = await system.CreateUserAsync();
        var names = Enumerable.Range(0, 4).Select(_ => RoleCalls.UniqueName()).ToList();
        await client.CreateAsync("roles", new { name = names[0], permissions = new[] { "roles:read" } });
        await client.CreateAsync("roles", new { name = names[1], includes = new[] { names[0] } });
        await client.CreateAsync("roles", new { name = names[2], includes = new[] { names[0] } });
        var top = await client.CreateAsync("roles", new { name = names[3], includes = new[] { names[1], names[2] } });
        await client.CreateAsync("role-assignments", new { roleId = top, userId = user });

        var answer = await client.ReadAsync($"effective-permissions?user={user}").BodyAsync();

        var paths = PathsOf(answer, "roles:read");
        Assert.Equal(2, paths.Count);
        Assert.Single(paths, path => path.Contains($" {names[1]} > ", StringComparison.Ordinal));
        Assert.Single(paths, path => path.Contains($" {names[2]} > ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_user_without_roles_holds_nothing()
    {
        using var client = await system.ManagerAsync();

        var answer = await client.ReadAsync($"effective-permissions?user={await system.CreateUserAsync()}").BodyAsync();

        Assert.Empty(answer.GetProperty("permissions").EnumerateArray());
    }

    [Fact]
    public async Task A_user_who_does_not_exist_is_not_found_and_one_who_is_not_named_is_asked_for()
    {
        using var client = await system.ManagerAsync();

        await client.ReadAsync($"effective-permissions?user={Guid.CreateVersion7()}").ProblemAsync(HttpStatusCode.NotFound, "user-not-found");
        await client.ReadAsync("effective-permissions").ProblemAsync(HttpStatusCode.BadRequest, "unreadable-request");
        await client.ReadAsync("effective-permissions?user=ann").ProblemAsync(HttpStatusCode.BadRequest, "unreadable-request");
    }

    private static List<string> PathsOf(JsonElement answer, string permission) =>
    [
        .. Assert.Single(answer.GetProperty("permissions").EnumerateArray(), one => one.Text("name") == permission).GetProperty("paths").EnumerateArray()
            .Select(path => string.Join(" > ", path.EnumerateArray().Select(party => $"{party.Text("type")} {party.Text("id")} {party.Text("name")}"))),
    ];
}
