using UserDomain.Contracts;

namespace UserDomain.RoleApi.Tests;

/// <summary>What can be created, for promises that hold for each.</summary>
internal static class Things
{
    /// <summary>What has a name, a description and a version.</summary>
    public static TheoryData<string> Named => ["roles", "permissions", "groups"];

    public static TheoryData<string> All => [.. Named, "role-assignments"];

    /// <summary>A name that no other thing has.</summary>
    public static string NewName(string resource) => resource == "permissions" ? RoleCalls.UniquePermission() : RoleCalls.UniqueName();

    /// <summary>A request that nothing is wrong with.</summary>
    public static async Task<object> NewAsync(this RunningSystem system, HttpClient client, string resource) => resource == "role-assignments"
        ? new { roleId = await client.CreateRoleAsync(Scopes.RolesRead), userId = await system.CreateUserAsync() }
        : new { name = NewName(resource) };

    /// <summary>The type of the refusal that a name is taken.</summary>
    public static string Taken(string resource) => resource == "role-assignments" ? "role-already-assigned" : $"{Kind(resource)}-name-taken";

    /// <summary>One of them, as events and refusals call it.</summary>
    public static string Kind(string resource) => resource.TrimEnd('s');
}
