using UserDomain.Contracts;

namespace UserDomain.RoleApi.Tests.Roles;

public sealed class BuiltInRoleTests(RunningSystem system)
{
    public static TheoryData<string> Names => [.. BuiltInRoles.All.Select(role => role.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_built_in_role_is_there_from_the_first_start(string name)
    {
        using var client = await system.ManagerAsync();

        var role = await FindAsync(client, name);

        var builtIn = BuiltInRoles.All.Single(one => one.Name == name);
        Assert.True(role.GetProperty("builtIn").GetBoolean());
        Assert.Equal(builtIn.Description, role.Text("description"));
        Assert.Equal(builtIn.Permissions.Order(StringComparer.Ordinal), role.Texts("permissions"));
        Assert.Empty(role.Texts("includes"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Not_even_an_administrator_changes_or_deletes_a_built_in_role(string name)
    {
        using var client = await system.AdministratorAsync();
        var role = await FindAsync(client, name);
        var path = $"roles/{role.Id()}";

        await client.PatchJsonAsync(path, new { name = RoleCalls.UniqueName() }).ProblemAsync(HttpStatusCode.Conflict, "role-built-in");
        await client.PatchJsonAsync(path, new { description = "mine" }).ProblemAsync(HttpStatusCode.Conflict, "role-built-in");
        await client.PatchJsonAsync(path, new { permissions = Array.Empty<string>() }).ProblemAsync(HttpStatusCode.Conflict, "role-built-in");
        await client.PatchJsonAsync(path, new { includes = new[] { "support" } }).ProblemAsync(HttpStatusCode.Conflict, "role-built-in");
        await client.RemoveAsync(path).ProblemAsync(HttpStatusCode.Conflict, "role-built-in");

        Assert.Equal(role.GetRawText(), (await FindAsync(client, name)).GetRawText());
    }

    [Fact]
    public async Task The_name_of_a_built_in_role_is_taken()
    {
        using var client = await system.AdministratorAsync();

        await client.PostJsonAsync("roles", new { name = "Administrator" }).ProblemAsync(HttpStatusCode.Conflict, "role-name-taken");
    }

    private static async Task<JsonElement> FindAsync(HttpClient client, string name) =>
        Assert.Single((await client.ReadAsync($"roles?query={name}").BodyAsync()).Items(), role => role.Text("name") == name);
}
