namespace UserDomain.RoleApi.Tests.Roles;

public sealed class ChangeRoleTests(RunningSystem system)
{
    [Fact]
    public async Task An_absent_member_stays_and_an_empty_one_is_cleared()
    {
        using var client = await system.ManagerAsync();
        var included = RoleCalls.UniqueName();
        await client.CreateAsync("roles", new { name = included });
        var id = await client.CreateAsync("roles", new { name = RoleCalls.UniqueName(), description = "first", permissions = new[] { "roles:read" }, includes = new[] { included } });

        var renamed = await client.PatchJsonAsync($"roles/{id}", new { name = RoleCalls.UniqueName("renamed") }).BodyAsync();
        var cleared = await client.PatchJsonAsync($"roles/{id}", new { description = "", permissions = Array.Empty<string>(), includes = Array.Empty<string>() }).BodyAsync();

        Assert.Equal("first", renamed.Text("description"));
        Assert.Equal(["roles:read"], renamed.Texts("permissions"));
        Assert.Equal([included], renamed.Texts("includes"));
        Assert.Equal(renamed.Text("name"), cleared.Text("name"));
        Assert.Equal("", cleared.Text("description"));
        Assert.Empty(cleared.Texts("permissions"));
        Assert.Empty(cleared.Texts("includes"));
        Assert.Equal(cleared.GetRawText(), (await client.ReadAsync($"roles/{id}").BodyAsync()).GetRawText());
        Assert.True(cleared.GetProperty("updatedAt").GetDateTimeOffset() > cleared.GetProperty("createdAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task A_request_that_changes_nothing_makes_no_new_version()
    {
        using var client = await system.ManagerAsync();
        var name = RoleCalls.UniqueName();
        var id = await client.CreateAsync("roles", new { name, permissions = new[] { "roles:read", "roles:write" } });

        var role = await client.PatchJsonAsync($"roles/{id}", new { name, permissions = new[] { "roles:write", "roles:read" } }).BodyAsync();

        Assert.Equal(1, role.GetProperty("version").GetInt64());
    }

    [Fact]
    public async Task The_name_of_another_role_is_taken_but_its_own_in_another_case_is_not()
    {
        using var client = await system.ManagerAsync();
        var name = RoleCalls.UniqueName("own");
        var taken = RoleCalls.UniqueName();
        await client.CreateAsync("roles", new { name = taken });
        var id = await client.CreateAsync("roles", new { name });

        await client.PatchJsonAsync($"roles/{id}", new { name = taken.ToUpperInvariant() }).ProblemAsync(HttpStatusCode.Conflict, "role-name-taken");
        var role = await client.PatchJsonAsync($"roles/{id}", new { name = name.ToUpperInvariant() }).BodyAsync();

        Assert.Equal(name.ToUpperInvariant(), role.Text("name"));
    }

    [Fact]
    public async Task What_does_not_exist_cannot_be_carried_or_included()
    {
        using var client = await system.ManagerAsync();
        var id = await client.CreateRoleAsync();

        await client.PatchJsonAsync($"roles/{id}", new { permissions = new[] { RoleCalls.UniquePermission() } }).ProblemAsync(HttpStatusCode.UnprocessableEntity, "unknown-permission");
        await client.PatchJsonAsync($"roles/{id}", new { includes = new[] { RoleCalls.UniqueName() } }).ProblemAsync(HttpStatusCode.UnprocessableEntity, "unknown-role");
    }

    [Fact]
    public async Task A_role_that_does_not_exist_is_not_found()
    {
        using var client = await system.ManagerAsync();
        var path = $"roles/{Guid.CreateVersion7()}";

        await client.ReadAsync(path).ProblemAsync(HttpStatusCode.NotFound, "role-not-found");
        await client.PatchJsonAsync(path, new { }).ProblemAsync(HttpStatusCode.NotFound, "role-not-found");
        await client.RemoveAsync(path).ProblemAsync(HttpStatusCode.NotFound, "role-not-found");
        await client.ReadAsync("roles/first").ProblemAsync(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task A_deleted_role_is_gone_with_its_assignments_and_frees_its_name_for_a_new_one()
    {
        using var client = await system.ManagerAsync();
        var name = RoleCalls.UniqueName();
        var id = await client.CreateAsync("roles", new { name });
        await client.CreateAsync("role-assignments", new { roleId = id, userId = await system.CreateUserAsync() });

        await client.RemoveAsync($"roles/{id}").DoneAsync();
        await client.ReadAsync($"roles/{id}").ProblemAsync(HttpStatusCode.NotFound, "role-not-found");
        await client.RemoveAsync($"roles/{id}").ProblemAsync(HttpStatusCode.NotFound, "role-not-found");
        var successor = await client.CreateAsync("roles", new { name });

        Assert.NotEqual(id, successor);
        Assert.Empty((await client.ReadAsync($"role-assignments?role={id}").BodyAsync()).Items());
    }
}
