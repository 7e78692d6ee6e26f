namespace UserDomain.RoleApi.Tests.Rights;

public sealed class OwnRightsTests(RunningSystem system)
{
    [Fact]
    public async Task AUZ_04_Nobody_gives_a_role_to_themselves_or_to_a_group_they_belong_to()
    {
        var (id, client) = await system.PersonAsync();
        using var person = client;
        using var administrator = await system.AdministratorAsync();
        var role = await client.CreateRoleAsync("roles:read");
        var group = await client.CreateGroupAsync();
        await administrator.SendAsync("PUT", $"groups/{group}/members/{id}").DoneAsync();

        await RefusedAsync(client.PostJsonAsync("role-assignments", new { roleId = role, userId = id }));
        await RefusedAsync(client.PostJsonAsync("role-assignments", new { roleId = role, groupId = group }));
        await administrator.CreateAsync("role-assignments", new { roleId = role, userId = id });
    }

    [Fact]
    public async Task AUZ_04_Nobody_joins_a_group_by_themselves_with_roles_or_without()
    {
        var (id, client) = await system.PersonAsync();
        using var person = client;
        var group = await client.CreateGroupAsync();
        var path = $"groups/{group}/members/{id}";

        await RefusedAsync(client.SendAsync("PUT", path));
        await client.CreateAsync("role-assignments", new { roleId = await client.CreateRoleAsync("roles:read"), groupId = group });
        await RefusedAsync(client.SendAsync("PUT", path));

        Assert.Equal(0, (await client.ReadAsync($"groups/{group}").BodyAsync()).GetProperty("memberCount").GetInt32());
    }

    [Fact]
    public async Task AUZ_04_A_service_gives_no_role_to_itself()
    {
        using var service = await system.ManagerAsync();
        var role = await service.CreateRoleAsync("roles:read");

        await RefusedAsync(service.PostJsonAsync("role-assignments", new { roleId = role, clientId = service.ClientId() }));
        await service.CreateAsync("role-assignments", new { roleId = role, clientId = await system.OtherClientAsync() });
    }

    private static Task<JsonElement> RefusedAsync(Task<HttpResponseMessage> request) => request.ProblemAsync(HttpStatusCode.Forbidden, "self-assignment");
}
