namespace UserDomain.RoleApi.Tests;

public sealed class AccessTests(RunningSystem system)
{
    private const string Read = "roles:read";
    private const string Write = "roles:write";
    private const string One = "01890000-0000-7000-8000-000000000000";

    public static TheoryData<string, string, string> Operations => new()
    {
        { "GET", "roles", Read },
        { "POST", "roles", Write },
        { "GET", "roles/{id}", Read },
        { "PATCH", "roles/{id}", Write },
        { "DELETE", "roles/{id}", Write },
        { "GET", "permissions", Read },
        { "POST", "permissions", Write },
        { "GET", "permissions/{id}", Read },
        { "PATCH", "permissions/{id}", Write },
        { "DELETE", "permissions/{id}", Write },
        { "GET", "groups", Read },
        { "POST", "groups", Write },
        { "GET", "groups/{id}", Read },
        { "PATCH", "groups/{id}", Write },
        { "DELETE", "groups/{id}", Write },
        { "GET", "groups/{id}/members", Read },
        { "PUT", "groups/{id}/members/{userId}", Write },
        { "DELETE", "groups/{id}/members/{userId}", Write },
        { "GET", "role-assignments", Read },
        { "POST", "role-assignments", Write },
        { "DELETE", "role-assignments/{id}", Write },
        { "GET", "effective-permissions", Read },
    };

    [Fact]
    public async Task These_are_all_operations_there_are()
    {
        using var anonymous = system.Anonymous();
        var document = await anonymous.ReadAsync("roles/openapi.json").BodyAsync();

        var documented = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject(),
            (path, operation) => $"{operation.Name.ToUpperInvariant()} {path.Name["/api/v1/".Length..].TrimEnd('/')}");

        Assert.Equal(Operations.Select(operation => $"{operation.Data.Item1} {operation.Data.Item2}").Order(), documented.Order());
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task AUZ_01_AUZ_02_Every_operation_refuses_a_caller_without_the_right_token_and_says_what_it_takes(string method, string path, string scope)
    {
        using var nobody = system.Anonymous();
        using var otherApi = await system.ClientWithAsync(["users:read", "users:write"]);
        using var otherScope = await system.ClientWithAsync([scope == Read ? Write : Read], [Read, Write]);
        using var noPermission = await system.ClientWithAsync([scope], [scope == Read ? Write : Read]);

        await SendAsync(nobody, method, path).ChallengedAsync(HttpStatusCode.Unauthorized, "unauthenticated", Challenges.NoToken);
        await SendAsync(otherApi, method, path).ChallengedAsync(HttpStatusCode.Unauthorized, "unauthenticated", Challenges.InvalidToken);
        await SendAsync(otherScope, method, path).ChallengedAsync(HttpStatusCode.Forbidden, "insufficient-scope", Challenges.MissingScope(scope));
        await SendAsync(noPermission, method, path).ChallengedAsync(HttpStatusCode.Forbidden, "permission-missing", Challenges.MissingPermission);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task AUZ_01_Every_operation_refuses_a_person_whose_roles_lack_the_permission(string method, string path, string scope)
    {
        var id = await system.CreateUserAsync(roles: scope == Write ? ["auditor"] : []);
        using var person = await system.SignedInAsync(id, scope);

        await SendAsync(person, method, path).ChallengedAsync(HttpStatusCode.Forbidden, "permission-missing", Challenges.MissingPermission);
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string path) => client.SendAsync(
        method, path.Replace("{id}", One, StringComparison.Ordinal).Replace("{userId}", One, StringComparison.Ordinal), method is "POST" or "PATCH" ? new { } : null);
}
