namespace UserDomain.RoleApi.Tests.Rights;

public sealed class RevocationTests(RunningSystem system)
{
    [Theory]
    [InlineData("permission taken out of the role")]
    [InlineData("inclusion taken out of the role")]
    [InlineData("permission deleted")]
    [InlineData("role deleted")]
    public async Task REV_01_Who_loses_rights_through_a_role_is_revoked_at_once(string loss)
    {
        using var client = await system.AdministratorAsync();
        var (included, permissionName) = (RoleCalls.UniqueName(), RoleCalls.UniquePermission());
        await client.CreateAsync("roles", new { name = included });
        var permission = await client.CreateAsync("permissions", new { name = permissionName });
        var role = await client.CreateAsync("roles", new { name = RoleCalls.UniqueName(), permissions = new[] { permissionName }, includes = new[] { included } });
        var (user, member, service) = await GiveAsync(client, role);
        var (otherUser, otherMember, otherService) = await GiveAsync(client, await client.CreateRoleAsync());

        await (loss switch
        {
            "permission taken out of the role" => client.PatchJsonAsync($"roles/{role}", new { permissions = Array.Empty<string>() }),
            "inclusion taken out of the role" => client.PatchJsonAsync($"roles/{role}", new { includes = Array.Empty<string>() }),
            "permission deleted" => client.RemoveAsync($"permissions/{permission}"),
            _ => client.RemoveAsync($"roles/{role}"),
        });

        Assert.Equal((1, 1, 1), await CountsAsync(user, member, service));
        Assert.Equal((0, 0, 0), await CountsAsync(otherUser, otherMember, otherService));
    }

    [Fact]
    public async Task REV_01_Who_holds_a_role_that_includes_the_changed_one_is_revoked_too()
    {
        using var client = await system.ManagerAsync();
        var name = RoleCalls.UniqueName();
        var bottom = await client.CreateAsync("roles", new { name, permissions = new[] { "roles:read" } });
        var middle = RoleCalls.UniqueName();
        await client.CreateAsync("roles", new { name = middle, includes = new[] { name } });
        var (user, member, service) = await GiveAsync(client, await client.CreateAsync("roles", new { name = RoleCalls.UniqueName(), includes = new[] { middle } }));

        await client.PatchJsonAsync($"roles/{bottom}", new { permissions = Array.Empty<string>() }).BodyAsync();

        Assert.Equal((1, 1, 1), await CountsAsync(user, member, service));
    }

    [Fact]
    public async Task A_role_that_gains_rights_or_another_name_revokes_nobody()
    {
        using var client = await system.ManagerAsync();
        var role = await client.CreateRoleAsync("roles:read");
        var (user, member, service) = await GiveAsync(client, role);

        await client.PatchJsonAsync($"roles/{role}", new { name = RoleCalls.UniqueName(), description = "wider", permissions = new[] { "roles:read", "roles:write" } }).BodyAsync();

        Assert.Equal((0, 0, 0), await CountsAsync(user, member, service));
    }

    [Fact]
    public async Task REV_01_Whose_assignment_is_taken_away_is_revoked_and_nobody_else()
    {
        using var client = await system.ManagerAsync();
        var role = await client.CreateRoleAsync("roles:read");
        var (user, member, service) = await GiveAsync(client, role);
        var assignments = (await client.ReadAsync($"role-assignments?role={role}").BodyAsync()).Items();

        await TakeAsync("user");
        Assert.Equal((1, 0, 0), await CountsAsync(user, member, service));
        await TakeAsync("group");
        Assert.Equal((1, 1, 0), await CountsAsync(user, member, service));
        await TakeAsync("client");
        Assert.Equal((1, 1, 1), await CountsAsync(user, member, service));

        Task TakeAsync(string kind) => client.RemoveAsync($"role-assignments/{assignments.Single(one => one.GetProperty("subject").Text("type") == kind).Id()}").DoneAsync();
    }

    [Fact]
    public async Task REV_01_Who_loses_a_group_with_roles_is_revoked_and_who_loses_one_without_is_not()
    {
        using var client = await system.ManagerAsync();
        var (leaves, stays, idle) = (await system.CreateUserAsync(), await system.CreateUserAsync(), await system.CreateUserAsync());
        var group = await NewGroupAsync(client, leaves, stays);
        var empty = await NewGroupAsync(client, idle);
        await client.CreateAsync("role-assignments", new { roleId = await client.CreateRoleAsync("roles:read"), groupId = group });

        await client.RemoveAsync($"groups/{group}/members/{leaves}").DoneAsync();
        await client.RemoveAsync($"groups/{empty}/members/{idle}").DoneAsync();
        Assert.Equal((1, 0, 0), await CountsOfUsersAsync());
        await client.RemoveAsync($"groups/{group}").DoneAsync();
        Assert.Equal((1, 1, 0), await CountsOfUsersAsync());

        async Task<(int, int, int)> CountsOfUsersAsync() =>
            (await system.RevocationsAsync("user", leaves), await system.RevocationsAsync("user", stays), await system.RevocationsAsync("user", idle));
    }

    private async Task<(int User, int Member, int Service)> CountsAsync(Guid user, Guid member, string service) =>
        (await system.RevocationsAsync("user", user), await system.RevocationsAsync("user", member), await system.RevocationsAsync("client", service));

    /// <summary>Gives a role to a user, to a group with a member, and to a service.</summary>
    private async Task<(Guid User, Guid Member, string Service)> GiveAsync(HttpClient client, Guid role)
    {
        var (user, member, service) = (await system.CreateUserAsync(), await system.CreateUserAsync(), await system.OtherClientAsync());
        await client.CreateAsync("role-assignments", new { roleId = role, userId = user });
        await client.CreateAsync("role-assignments", new { roleId = role, groupId = await NewGroupAsync(client, member) });
        await client.CreateAsync("role-assignments", new { roleId = role, clientId = service });
        return (user, member, service);
    }

    private static async Task<Guid> NewGroupAsync(HttpClient client, params Guid[] members)
    {
        var group = await client.CreateGroupAsync();
        foreach (var member in members)
        {
            await client.SendAsync("PUT", $"groups/{group}/members/{member}").DoneAsync();
        }

        return group;
    }
}
