namespace UserDomain.RoleApi.Tests;

public sealed class AuditedTests(RunningSystem system)
{
    [Fact]
    public async Task AUD_01_A_role_leaves_one_event_for_each_change_with_what_differs()
    {
        using var client = await system.ManagerAsync();
        var name = RoleCalls.UniqueName();
        var id = await client.CreateAsync("roles", new { name, description = "first", permissions = new[] { "roles:write", "roles:read" } });
        var path = $"roles/{id}";
        await client.PatchJsonAsync(path, new { name, description = "first", permissions = new[] { "roles:read", "roles:write" }, includes = Array.Empty<string>() }).BodyAsync();
        await client.PatchJsonAsync(path, new { permissions = new[] { "roles:read" } }).BodyAsync();
        await client.PatchJsonAsync(path, new { }).BodyAsync();
        await client.RemoveAsync(path).DoneAsync();

        var events = await system.EventsAsync(id, "role.deleted");

        Assert.Equal(["role.created", "role.updated", "role.deleted"], events.Types());
        AssertStates(events[0], null, $$"""{"name":"{{name}}","description":"first","permissions":["roles:read","roles:write"],"includes":[],"sessionIdleTimeout":null,"sessionLifetime":null}""");
        AssertStates(events[1], """{"permissions":["roles:read","roles:write"]}""", """{"permissions":["roles:read"]}""");
        AssertStates(events[2], $$"""{"name":"{{name}}","description":"first","permissions":["roles:read"],"includes":[],"sessionIdleTimeout":null,"sessionLifetime":null}""", null);
        Assert.All(events, audit => AssertOrigin(audit, client, "role", name));
    }

    [Theory]
    [InlineData("permissions", "permission")]
    [InlineData("groups", "group")]
    public async Task AUD_01_A_permission_or_group_leaves_one_event_for_each_change_with_what_differs(string resource, string kind)
    {
        using var client = await system.ManagerAsync();
        var name = Things.NewName(resource);
        var id = await client.CreateAsync(resource, new { name, description = "first" });
        var path = $"{resource}/{id}";
        await client.PatchJsonAsync(path, new { description = "first" }).BodyAsync();
        await client.PatchJsonAsync(path, new { description = "second" }).BodyAsync();
        await client.PatchJsonAsync(path, new { }).BodyAsync();
        await client.RemoveAsync(path).DoneAsync();

        var events = await system.EventsAsync(id, $"{kind}.deleted");

        Assert.Equal([$"{kind}.created", $"{kind}.updated", $"{kind}.deleted"], events.Types());
        AssertStates(events[0], null, $$"""{"name":"{{name}}","description":"first"}""");
        AssertStates(events[1], """{"description":"first"}""", """{"description":"second"}""");
        AssertStates(events[2], $$"""{"name":"{{name}}","description":"second"}""", null);
        Assert.All(events, audit => AssertOrigin(audit, client, kind, name));
    }

    [Fact]
    public async Task AUD_01_A_membership_leaves_one_event_of_the_group_for_its_begin_and_its_end()
    {
        using var client = await system.ManagerAsync();
        var group = await client.CreateGroupAsync();
        var userName = RoleCalls.UniqueName();
        var user = await system.CreateUserAsync(userName);
        await client.SendAsync("PUT", $"groups/{group}/members/{user}").DoneAsync();
        await client.SendAsync("PUT", $"groups/{group}/members/{user}").DoneAsync();
        await client.RemoveAsync($"groups/{group}/members/{user}").DoneAsync();
        await client.RemoveAsync($"groups/{group}").DoneAsync();

        var events = await system.EventsAsync(group, "group.deleted");

        Assert.Equal(["group.created", "group.updated", "group.updated", "group.deleted"], events.Types());
        var member = $$$"""{"member":{"type":"user","id":"{{{user}}}","name":"{{{userName}}}"}}""";
        AssertStates(events[1], null, member);
        AssertStates(events[2], member, null);
    }

    [Fact]
    public async Task AUD_01_An_assignment_leaves_one_event_for_its_begin_and_its_end_also_when_the_role_or_group_is_deleted()
    {
        using var client = await system.ManagerAsync();
        var name = RoleCalls.UniqueName();
        var role = await client.CreateAsync("roles", new { name });
        var group = await client.CreateGroupAsync();
        var user = await system.CreateUserAsync();
        var withdrawn = await client.CreateAsync("role-assignments", new { roleId = role, clientId = await system.OtherClientAsync() });
        var ofGroup = await client.CreateAsync("role-assignments", new { roleId = role, groupId = group });
        var ofRole = await client.CreateAsync("role-assignments", new { roleId = role, userId = user });
        await client.RemoveAsync($"role-assignments/{withdrawn}").DoneAsync();
        await client.RemoveAsync($"groups/{group}").DoneAsync();
        await client.RemoveAsync($"roles/{role}").DoneAsync();

        foreach (var assignment in new[] { withdrawn, ofGroup, ofRole })
        {
            var events = await system.EventsAsync(assignment, "role-assignment.deleted");
            Assert.Equal(["role-assignment.created", "role-assignment.deleted"], events.Types());
            Assert.Equal(events[0].GetProperty("after").GetRawText(), events[1].GetProperty("before").GetRawText());
            Assert.Equal(name, events[0].GetProperty("after").Text("role"));
            Assert.Equal(JsonValueKind.Null, events[0].GetProperty("before").ValueKind);
            Assert.Equal(JsonValueKind.Null, events[1].GetProperty("after").ValueKind);
        }
    }

    [Fact]
    public async Task AUD_01_A_deleted_permission_leaves_an_event_of_each_role_that_carried_it()
    {
        using var client = await system.AdministratorAsync();
        var name = RoleCalls.UniquePermission();
        var permission = await client.CreateAsync("permissions", new { name });
        var role = await client.CreateRoleAsync("roles:read", name);

        await client.RemoveAsync($"permissions/{permission}").DoneAsync();
        var events = await system.EventsAsync(role, "role.updated");

        Assert.Equal(["role.created", "role.updated"], events.Types());
        AssertStates(events[1], $$"""{"permissions":["{{name}}","roles:read"]}""", """{"permissions":["roles:read"]}""");
    }

    [Fact]
    public async Task AUD_02_A_person_is_the_actor_through_the_application_and_in_the_session_of_the_token()
    {
        var (id, client) = await system.PersonAsync();
        using var person = client;

        var role = await client.CreateRoleAsync("roles:read");
        var found = await system.EventAsync(role, "role.created");

        Assert.Equal("user", found.GetProperty("actor").Text("type"));
        Assert.Equal(id.ToString(), found.GetProperty("actor").Text("id"));
        Assert.Equal(client.ClientId(), found.Text("clientId"));
        Assert.NotNull(found.Text("sessionId"));
        Assert.NotNull(found.Text("address"));
    }

    private static void AssertStates(JsonElement audit, string? before, string? after)
    {
        Assert.Equal(before ?? "null", audit.GetProperty("before").GetRawText());
        Assert.Equal(after ?? "null", audit.GetProperty("after").GetRawText());
    }

    private static void AssertOrigin(JsonElement audit, HttpClient caller, string kind, string name)
    {
        Assert.Equal("client", audit.GetProperty("actor").Text("type"));
        Assert.Equal(caller.ClientId(), audit.GetProperty("actor").Text("id"));
        Assert.Equal(caller.ClientId(), audit.Text("clientId"));
        Assert.Equal(kind, audit.GetProperty("target").Text("type"));
        Assert.Equal(name, audit.GetProperty("target").Text("name"));
        Assert.True(audit.GetProperty("succeeded").GetBoolean());
    }
}
