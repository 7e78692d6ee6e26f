using UserDomain.Contracts;

namespace UserDomain.RoleApi.Tests.Permissions;

public sealed class BuiltInPermissionTests(RunningSystem system)
{
    public static TheoryData<string> Names => [.. BuiltInRoles.Permissions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_built_in_permission_is_there_from_the_first_start(string name)
    {
        using var client = await system.ManagerAsync();

        var permission = await FindAsync(client, name);

        Assert.True(permission.GetProperty("builtIn").GetBoolean());
        Assert.Equal(BuiltInRoles.Permissions[name], permission.Text("description"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Not_even_an_administrator_changes_or_deletes_a_built_in_permission(string name)
    {
        using var client = await system.AdministratorAsync();
        var permission = await FindAsync(client, name);

        await client.PatchJsonAsync($"permissions/{permission.Id()}", new { description = "mine" }).ProblemAsync(HttpStatusCode.Conflict, "permission-built-in");
        await client.RemoveAsync($"permissions/{permission.Id()}").ProblemAsync(HttpStatusCode.Conflict, "permission-built-in");

        Assert.Equal(permission.GetRawText(), (await FindAsync(client, name)).GetRawText());
    }

    private static async Task<JsonElement> FindAsync(HttpClient client, string name) =>
        Assert.Single((await client.ReadAsync($"permissions?query={name}").BodyAsync()).Items(), permission => permission.Text("name") == name);
}
