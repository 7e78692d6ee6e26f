namespace UserDomain.RoleApi.Tests.Permissions;

public sealed class PermissionTests(RunningSystem system)
{
    [Fact]
    public async Task A_new_permission_is_answered_with_its_place_and_version_and_can_be_read()
    {
        using var client = await system.ManagerAsync();
        var name = RoleCalls.UniquePermission();

        using var response = await client.PostJsonAsync("permissions", new { name, description = "Approve orders" });
        var permission = await Task.FromResult(response).BodyAsync(HttpStatusCode.Created);
        var read = await client.GetAsync(response.Headers.Location, TestContext.Current.CancellationToken).BodyAsync();

        Assert.Equal("\"1\"", response.Headers.ETag!.Tag);
        Assert.Equal(read.GetRawText(), permission.GetRawText());
        Assert.Equal(7, permission.Id().Version);
        Assert.Equal(name, permission.Text("name"));
        Assert.Equal("Approve orders", permission.Text("description"));
        Assert.False(permission.GetProperty("builtIn").GetBoolean());
    }

    [Fact]
    public async Task A_name_is_taken_once()
    {
        using var client = await system.ManagerAsync();
        var name = RoleCalls.UniquePermission();
        await client.CreateAsync("permissions", new { name });

        await client.PostJsonAsync("permissions", new { name }).ProblemAsync(HttpStatusCode.Conflict, "permission-name-taken");
        await client.PostJsonAsync("permissions", new { name = "users:read" }).ProblemAsync(HttpStatusCode.Conflict, "permission-name-taken");
    }

    [Fact]
    public async Task An_absent_description_stays_and_an_empty_one_is_cleared()
    {
        using var client = await system.ManagerAsync();
        var path = $"permissions/{await client.CreateAsync("permissions", new { name = RoleCalls.UniquePermission(), description = "first" })}";

        var same = await client.PatchJsonAsync(path, new { }).BodyAsync();
        var cleared = await client.PatchJsonAsync(path, new { description = "" }).BodyAsync();

        Assert.Equal("first", same.Text("description"));
        Assert.Equal(1, same.GetProperty("version").GetInt64());
        Assert.Equal("", cleared.Text("description"));
        Assert.Equal(cleared.GetRawText(), (await client.ReadAsync(path).BodyAsync()).GetRawText());
    }

    [Fact]
    public async Task A_permission_that_does_not_exist_is_not_found()
    {
        using var client = await system.ManagerAsync();
        var path = $"permissions/{Guid.CreateVersion7()}";

        await client.ReadAsync(path).ProblemAsync(HttpStatusCode.NotFound, "permission-not-found");
        await client.PatchJsonAsync(path, new { }).ProblemAsync(HttpStatusCode.NotFound, "permission-not-found");
        await client.RemoveAsync(path).ProblemAsync(HttpStatusCode.NotFound, "permission-not-found");
    }

    [Fact]
    public async Task A_deleted_permission_is_gone_from_the_roles_that_carried_it_and_makes_a_new_version_of_them()
    {
        using var client = await system.AdministratorAsync();
        var name = RoleCalls.UniquePermission();
        var path = $"permissions/{await client.CreateAsync("permissions", new { name })}";
        var role = await client.CreateRoleAsync("users:read", name);

        await client.RemoveAsync(path).DoneAsync();
        var read = await client.ReadAsync($"roles/{role}").BodyAsync();

        await client.ReadAsync(path).ProblemAsync(HttpStatusCode.NotFound, "permission-not-found");
        Assert.Equal(["users:read"], read.Texts("permissions"));
        Assert.Equal(2, read.GetProperty("version").GetInt64());
        await client.CreateAsync("permissions", new { name });
    }
}
