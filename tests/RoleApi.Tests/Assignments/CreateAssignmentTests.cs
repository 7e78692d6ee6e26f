namespace UserDomain.RoleApi.Tests.Assignments;

public sealed class CreateAssignmentTests(RunningSystem system)
{
    [Theory]
    [InlineData("user")]
    [InlineData("group")]
    [InlineData("client")]
    public async Task A_role_is_given_to_a_user_a_group_or_a_client_once(string kind)
    {
        using var client = await system.ManagerAsync();
        var roleName = RoleCalls.UniqueName();
        var role = await client.CreateAsync("roles", new { name = roleName });
        var (subject, name) = await NewSubjectAsync(client, kind);
        var body = new Dictionary<string, string> { ["roleId"] = role.ToString(), [$"{kind}Id"] = subject };

        using var response = await client.PostJsonAsync("role-assignments", body);
        var assignment = await Task.FromResult(response).BodyAsync(HttpStatusCode.Created);
        await client.PostJsonAsync("role-assignments", body).ProblemAsync(HttpStatusCode.Conflict, "role-already-assigned");
        var listed = Assert.Single((await client.GetAsync(response.Headers.Location, TestContext.Current.CancellationToken).BodyAsync()).Items());

        Assert.Equal(assignment.GetRawText(), listed.GetRawText());
        Assert.Equal(7, assignment.Id().Version);
        Assert.Equal(role, assignment.GetProperty("role").Id());
        Assert.Equal(roleName, assignment.GetProperty("role").Text("name"));
        Assert.Equal(kind, assignment.GetProperty("subject").Text("type"));
        Assert.Equal(subject, assignment.GetProperty("subject").Text("id"));
        Assert.Equal(name, assignment.GetProperty("subject").Text("name"));
    }

    [Theory]
    [InlineData("userId", "01890000-0000-7000-8000-000000000000", "unknown-user")]
    [InlineData("groupId", "01890000-0000-7000-8000-000000000000", "unknown-group")]
    [InlineData("clientId", "nobody-knows-it", "unknown-client")]
    public async Task A_subject_that_does_not_exist_is_refused_and_named(string member, string subject, string name)
    {
        using var client = await system.ManagerAsync();
        var role = await client.CreateRoleAsync();

        var problem = await client.PostJsonAsync("role-assignments", new Dictionary<string, string> { ["roleId"] = role.ToString(), [member] = subject })
            .ProblemAsync(HttpStatusCode.UnprocessableEntity, name);

        Assert.Contains(subject, problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_does_not_exist_is_refused()
    {
        using var client = await system.ManagerAsync();
        var user = await system.CreateUserAsync();

        await client.PostJsonAsync("role-assignments", new { roleId = Guid.CreateVersion7(), userId = user }).ProblemAsync(HttpStatusCode.UnprocessableEntity, "unknown-role");
        await client.PostJsonAsync("role-assignments", new { roleId = Guid.Empty, userId = user }).ProblemAsync(HttpStatusCode.UnprocessableEntity, "unknown-role");
    }

    [Fact]
    public async Task Exactly_one_subject_is_named()
    {
        using var client = await system.ManagerAsync();
        var roleId = await client.CreateRoleAsync();
        var userId = await system.CreateUserAsync();
        var groupId = await client.CreateGroupAsync();
        var clientId = await system.OtherClientAsync();

        await client.PostJsonAsync("role-assignments", new { roleId }).RefusedAsync("userId");
        await client.PostJsonAsync("role-assignments", new { roleId, userId, groupId }).RefusedAsync("userId");
        await client.PostJsonAsync("role-assignments", new { roleId, userId, clientId }).RefusedAsync("userId");
        await client.PostJsonAsync("role-assignments", new { roleId, groupId, clientId }).RefusedAsync("userId");
        await client.PostJsonAsync("role-assignments", new { roleId, userId, groupId, clientId }).RefusedAsync("userId");
        Assert.Empty((await client.ReadAsync($"role-assignments?role={roleId}").BodyAsync()).Items());
    }

    private async Task<(string Id, string Name)> NewSubjectAsync(HttpClient client, string kind)
    {
        var name = RoleCalls.UniqueName();
        switch (kind)
        {
            case "user":
                return ((await system.CreateUserAsync(name)).ToString(), name);
            case "group":
                return ((await client.CreateAsync("groups", new { name })).ToString(), name);
            default:
                var id = await system.OtherClientAsync();
                return (id, id);
        }
    }
}
