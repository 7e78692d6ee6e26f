namespace UserDomain.RoleApi.Tests.Roles;

public sealed class CreateRoleTests(RunningSystem system)
{
    [Fact]
    public async Task A_new_role_is_answered_with_its_place_and_version_and_can_be_read()
    {
        using var client = await system.ManagerAsync();
        var included = await client.PostJsonAsync("roles", new { name = RoleCalls.UniqueName() }).BodyAsync(HttpStatusCode.Created);
        var name = RoleCalls.UniqueName("Zoë's role");

        using var response = await client.PostJsonAsync("roles", new
        {
            name,
            description = "What it is for.",
            permissions = new[] { "roles:write", "roles:read", "roles:write" },
            includes = new[] { included.Text("name")!.ToUpperInvariant() },
        });
        var role = await Task.FromResult(response).BodyAsync(HttpStatusCode.Created);
        var read = await client.GetAsync(response.Headers.Location, TestContext.Current.CancellationToken).BodyAsync();

        Assert.Equal("\"1\"", response.Headers.ETag!.Tag);
        Assert.Equal($"/api/v1/roles/{role.Id()}", response.Headers.Location!.ToString());
        Assert.Equal(read.GetRawText(), role.GetRawText());
        Assert.Equal(7, role.Id().Version);
        Assert.Equal(name, role.Text("name"));
        Assert.Equal("What it is for.", role.Text("description"));
        Assert.Equal(["roles:read", "roles:write"], role.Texts("permissions"));
        Assert.Equal([included.Text("name")!], role.Texts("includes"));
        Assert.False(role.GetProperty("builtIn").GetBoolean());
        Assert.Equal(role.Text("createdAt"), role.Text("updatedAt"));
    }

    [Fact]
    public async Task A_role_needs_nothing_but_a_name()
    {
        using var client = await system.ManagerAsync();

        var role = await client.PostJsonAsync("roles", new { name = RoleCalls.UniqueName() }).BodyAsync(HttpStatusCode.Created);

        Assert.Equal("", role.Text("description"));
        Assert.Empty(role.Texts("permissions"));
        Assert.Empty(role.Texts("includes"));
    }

    [Fact]
    public async Task The_longest_name_and_description_are_kept()
    {
        using var client = await system.ManagerAsync();
        var name = RoleCalls.UniqueName().PadRight(100, 'é');
        var description = new string('ß', 500);

        var role = await client.PostJsonAsync("roles", new { name, description }).BodyAsync(HttpStatusCode.Created);

        Assert.Equal(name, role.Text("name"));
        Assert.Equal(description, role.Text("description"));
    }

    [Fact]
    public async Task A_name_is_taken_in_any_case_of_its_letters()
    {
        using var client = await system.ManagerAsync();
        var name = RoleCalls.UniqueName("é");
        await client.CreateAsync("roles", new { name });

        await client.PostJsonAsync("roles", new { name = name.ToUpperInvariant() }).ProblemAsync(HttpStatusCode.Conflict, "role-name-taken");
    }

    [Fact]
    public async Task A_permission_that_does_not_exist_is_refused_and_named()
    {
        using var client = await system.ManagerAsync();
        var missing = RoleCalls.UniquePermission();

        var problem = await client.PostJsonAsync("roles", new { name = RoleCalls.UniqueName(), permissions = new[] { "roles:read", missing } })
            .ProblemAsync(HttpStatusCode.UnprocessableEntity, "unknown-permission");

        Assert.Contains(missing, problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_included_role_that_does_not_exist_is_refused_and_named_and_so_is_the_role_itself()
    {
        using var client = await system.ManagerAsync();
        var name = RoleCalls.UniqueName();

        var problem = await client.PostJsonAsync("roles", new { name, includes = new[] { name } }).ProblemAsync(HttpStatusCode.UnprocessableEntity, "unknown-role");

        Assert.Contains(name, problem.Text("detail"), StringComparison.Ordinal);
    }
}
