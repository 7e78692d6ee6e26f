namespace UserDomain.ProfileApi.Tests.Users;

public sealed class UserAccessTests(RunningSystem system)
{
    private const string Id = "/01890000-0000-7000-8000-000000000000";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string> Operations => new()
    {
        { "GET", "users", "users:read" },
        { "POST", "users", "users:write" },
        { "GET", "users" + Id, "users:read" },
        { "PATCH", "users" + Id, "users:write" },
        { "DELETE", "users" + Id, "users:write" },
        { "POST", "users" + Id + "/disable", "users:write" },
        { "POST", "users" + Id + "/lock-down", "users:write" },
        { "POST", "users" + Id + "/enable", "users:write" },
        { "POST", "users" + Id + "/password-reset", "users:write" },
    };

    public static TheoryData<string, string, string> AllOperations => [.. Operations, ("GET", "me", "profile:self"), ("PATCH", "me", "profile:self")];

    [Theory]
    [MemberData(nameof(AllOperations))]
    public async Task Every_operation_refuses_a_caller_without_the_right_token(string method, string path, string scope)
    {
        using var anonymous = new HttpClient { BaseAddress = system.PublicUrl };
        using var otherApi = await system.ClientWithAsync(["roles:read", "roles:write"]);
        using var otherScope = await system.ClientWithAsync([scope == "users:read" ? "users:write" : "users:read"], ["users:read", "users:write"]);

        await SendAsync(anonymous, method, path).ProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
        await SendAsync(otherApi, method, path).ProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
        await SendAsync(otherScope, method, path).ProblemAsync(HttpStatusCode.Forbidden, "insufficient-scope");
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Every_operation_refuses_a_caller_without_the_permission(string method, string path, string scope)
    {
        var auditor = await system.CreateUserAsync(roles: scope == "users:read" ? [] : ["auditor"]);
        using var user = await system.SignedInAsync(auditor, scope);
        using var service = await system.ClientWithAsync([scope], permissions: []);

        await SendAsync(user, method, path).ProblemAsync(HttpStatusCode.Forbidden, "permission-missing");
        await SendAsync(service, method, path).ProblemAsync(HttpStatusCode.Forbidden, "permission-missing");
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string path) => client.SendAsync(
        new HttpRequestMessage(new HttpMethod(method), $"api/v1/{path}") { Content = method is "GET" or "DELETE" ? null : JsonContent.Create(new { }) }, Cancellation);
}
