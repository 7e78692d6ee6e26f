using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;

namespace UserDomain.RoleApi.Tests.Rights;

public sealed class AboveOwnRightsTests(RunningSystem system)
{
    private const string Above = "audit:read";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AUZ_04_Nobody_puts_rights_above_their_own_into_a_role()
    {
        using var manager = await system.ManagerAsync();
        var name = RoleCalls.UniqueName();
        var mine = await manager.CreateRoleAsync("roles:read");
        var above = await NewAboveAsync();

        var problem = await RefusedAsync(manager.PostJsonAsync("roles", new { name, permissions = new[] { "roles:read", Above } }));
        await RefusedAsync(manager.PostJsonAsync("roles", new { name, includes = new[] { above.Name } }));
        await RefusedAsync(manager.PatchJsonAsync($"roles/{mine}", new { permissions = new[] { Above } }));
        await RefusedAsync(manager.PatchJsonAsync($"roles/{mine}", new { includes = new[] { above.Name } }));

        Assert.Contains(Above, problem.Text("detail"), StringComparison.Ordinal);
        Assert.DoesNotContain("roles:read", problem.Text("detail"), StringComparison.Ordinal);
        Assert.Empty((await manager.ReadAsync($"roles?query={name}").BodyAsync()).Items());
        Assert.Equal(1, (await manager.ReadAsync($"roles/{mine}").BodyAsync()).GetProperty("version").GetInt64());
    }

    [Fact]
    public async Task AUZ_04_Nobody_edits_or_deletes_a_role_with_rights_above_their_own()
    {
        using var manager = await system.ManagerAsync();
        var (id, name, _) = await NewAboveAsync();
        using var administrator = await system.AdministratorAsync();
        var including = await administrator.CreateAsync("roles", new { name = RoleCalls.UniqueName(), includes = new[] { name } });

        foreach (var path in new[] { $"roles/{id}", $"roles/{including}" })
        {
            await RefusedAsync(manager.PatchJsonAsync(path, new { description = "mine" }));
            await RefusedAsync(manager.PatchJsonAsync(path, new { permissions = Array.Empty<string>(), includes = Array.Empty<string>() }));
            await RefusedAsync(manager.RemoveAsync(path));
        }
    }

    [Fact]
    public async Task AUZ_04_Nobody_gives_or_takes_away_a_role_with_rights_above_their_own()
    {
        using var manager = await system.ManagerAsync();
        var (role, _, assignment) = await NewAboveAsync();

        await RefusedAsync(manager.PostJsonAsync("role-assignments", new { roleId = role, userId = await system.CreateUserAsync() }));
        await RefusedAsync(manager.PostJsonAsync("role-assignments", new { roleId = role, groupId = await manager.CreateGroupAsync() }));
        await RefusedAsync(manager.PostJsonAsync("role-assignments", new { roleId = role, clientId = await system.OtherClientAsync() }));
        await RefusedAsync(manager.RemoveAsync($"role-assignments/{assignment}"));
    }

    [Fact]
    public async Task AUZ_04_Nobody_changes_who_belongs_to_a_group_with_rights_above_their_own_or_deletes_it()
    {
        using var manager = await system.ManagerAsync();
        using var administrator = await system.AdministratorAsync();
        var (role, _, _) = await NewAboveAsync();
        var group = await administrator.CreateGroupAsync();
        var member = await system.CreateUserAsync();
        await administrator.SendAsync("PUT", $"groups/{group}/members/{member}").DoneAsync();
        await administrator.CreateAsync("role-assignments", new { roleId = role, groupId = group });

        await RefusedAsync(manager.SendAsync("PUT", $"groups/{group}/members/{await system.CreateUserAsync()}"));
        await RefusedAsync(manager.RemoveAsync($"groups/{group}/members/{member}"));
        await RefusedAsync(manager.RemoveAsync($"groups/{group}"));
        await manager.PatchJsonAsync($"groups/{group}", new { description = "A text is no right." }).BodyAsync();
    }

    [Fact]
    public async Task AUZ_04_Nobody_deletes_a_permission_that_roles_above_their_own_rights_carry()
    {
        using var manager = await system.ManagerAsync();
        using var administrator = await system.AdministratorAsync();
        var name = RoleCalls.UniquePermission();
        var permission = await manager.CreateAsync("permissions", new { name });
        await administrator.CreateRoleAsync(name);

        await RefusedAsync(manager.RemoveAsync($"permissions/{permission}"));
        await administrator.RemoveAsync($"permissions/{permission}").DoneAsync();
    }

    [Fact]
    public async Task AUZ_04_Who_holds_every_permission_still_makes_no_administrators_and_an_administrator_does()
    {
        using var mighty = await system.ManagerAsync([.. BuiltInRoles.Permissions.Keys]);
        using var administrator = await system.AdministratorAsync();
        var role = await system.InStoreAsync(store => store.Roles.Where(row => row.Name == BuiltInRoles.Administrator).Select(row => row.Id).SingleAsync(Cancellation));
        var client = await system.OtherClientAsync();

        var problem = await RefusedAsync(mighty.PostJsonAsync("role-assignments", new { roleId = role, clientId = client }));
        await RefusedAsync(mighty.PostJsonAsync("roles", new { name = RoleCalls.UniqueName(), includes = new[] { BuiltInRoles.Administrator } }));
        var assignment = await administrator.CreateAsync("role-assignments", new { roleId = role, clientId = client });
        await RefusedAsync(mighty.RemoveAsync($"role-assignments/{assignment}"));
        await administrator.RemoveAsync($"role-assignments/{assignment}").DoneAsync();

        Assert.Contains("the role administrator", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AUZ_04_What_the_caller_has_lost_since_the_token_was_made_is_no_longer_theirs_to_give()
    {
        using var manager = await system.ManagerAsync(Above);
        await manager.CreateRoleAsync(Above);
        var client = manager.ClientId();
        await system.InStoreAsync(store => store.RoleAssignments.Where(row => row.ClientId == client).ExecuteDeleteAsync(Cancellation));

        await RefusedAsync(manager.PostJsonAsync("roles", new { name = RoleCalls.UniqueName(), permissions = new[] { Above } }));
    }

    [Fact]
    public async Task AUZ_04_A_person_gives_what_they_hold_and_no_more()
    {
        var (_, client) = await system.PersonAsync("users:read");
        using var person = client;

        await client.CreateRoleAsync("users:read", "roles:write");
        await RefusedAsync(client.PostJsonAsync("roles", new { name = RoleCalls.UniqueName(), permissions = new[] { "users:write" } }));
    }

    private static Task<JsonElement> RefusedAsync(Task<HttpResponseMessage> request) => request.ProblemAsync(HttpStatusCode.Forbidden, "above-own-rights");

    /// <summary>A role that carries more than a manager of roles holds, given to somebody.</summary>
    private async Task<(Guid Id, string Name, Guid Assignment)> NewAboveAsync()
    {
        using var administrator = await system.AdministratorAsync();
        var name = RoleCalls.UniqueName("above");
        var id = await administrator.CreateAsync("roles", new { name, permissions = new[] { Above } });
        return (id, name, await administrator.CreateAsync("role-assignments", new { roleId = id, userId = await system.CreateUserAsync() }));
    }
}
