using UserDomain.SessionApi.Tests.Sessions;

namespace UserDomain.SessionApi.Tests;

public sealed class AccessTests(RunningSystem system)
{
    private const string Id = "01890000-0000-7000-8000-000000000000";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string> Operations => new()
    {
        { "GET", "sessions", "sessions:read" },
        { "POST", "sessions", "sessions:write" },
        { "DELETE", $"sessions?user={Id}", "sessions:write" },
        { "GET", "sessions/live", "sessions:read" },
        { "GET", $"sessions/{Id}", "sessions:read" },
        { "DELETE", $"sessions/{Id}", "sessions:write" },
        { "GET", "revocations", "revocations:read" },
        { "GET", "revocations/stream", "revocations:read" },
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task AUZ_02_Every_operation_refuses_a_caller_without_a_token_for_this_API(string method, string path, string scope)
    {
        Assert.NotEmpty(scope);
        using var anonymous = system.Anonymous();
        using var otherApi = await system.ClientWithAsync(["users:read", "users:write"]);
        using var person = await SignedInPerson.OfAsync(system, await system.CreateUserAsync(roles: "administrator"));
        using var identityToken = system.WithToken(person.Tokens.IdToken!);
        using var refreshToken = system.WithToken(person.Tokens.RefreshToken!);

        await RefusesAsync(anonymous, "Bearer");
        foreach (var client in new[] { otherApi, identityToken, refreshToken })
        {
            await RefusesAsync(client, "Bearer error=\"invalid_token\"");
        }

        async Task RefusesAsync(HttpClient client, string challenge)
        {
            using var answer = await SendAsync(client, method, path);
            await IsProblemAsync(answer, HttpStatusCode.Unauthorized, "unauthenticated");
            Assert.StartsWith(challenge, answer.Challenge(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task AUZ_01_Every_operation_refuses_a_token_without_its_scope_and_names_it(string method, string path, string scope)
    {
        string[] others = [.. new[] { "sessions:read", "sessions:write", "revocations:read" }.Where(other => other != scope)];
        using var client = await system.ClientWithAsync(others, [.. others, scope]);

        using var answer = await SendAsync(client, method, path);

        await IsProblemAsync(answer, HttpStatusCode.Forbidden, "insufficient-scope");
        Assert.Equal($"Bearer error=\"insufficient_scope\", scope=\"{scope}\"", answer.Challenge());
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task AUZ_01_Every_operation_refuses_a_caller_without_the_permission(string method, string path, string scope)
    {
        using var service = await system.ClientWithAsync([scope], permissions: [.. new[] { "sessions:read", "sessions:write", "revocations:read" }.Where(other => other != scope)]);
        using var person = await system.SignedInAsync(await system.CreateUserAsync(roles: scope == "sessions:read" ? [] : ["auditor"]), scope);

        foreach (var client in new[] { service, person })
        {
            using var answer = await SendAsync(client, method, path);

            await IsProblemAsync(answer, HttpStatusCode.Forbidden, "permission-missing");
            Assert.StartsWith("Bearer error=\"insufficient_scope\"", answer.Challenge(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("auditor", HttpStatusCode.Forbidden)]
    [InlineData("support", HttpStatusCode.NoContent)]
    [InlineData("user-manager", HttpStatusCode.NoContent)]
    [InlineData("administrator", HttpStatusCode.NoContent)]
    public async Task A_person_closes_sessions_if_their_role_lets_them_and_reads_them_in_any_case(string role, HttpStatusCode expected)
    {
        using var person = await system.SignedInAsync(await system.CreateUserAsync(roles: role), "sessions:read", "sessions:write");
        using var manager = await system.SessionManagerAsync();
        var session = await manager.OpenAsync(await system.CreateUserAsync());

        await person.GetSessionAsync(session).BodyAsync();
        using var answer = await person.DeleteSessionAsync(session);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData("PUT", "sessions")]
    [InlineData("PATCH", $"sessions/{Id}")]
    [InlineData("POST", "revocations")]
    [InlineData("DELETE", "revocations")]
    [InlineData("PUT", "revocations")]
    [InlineData("POST", "revocations/stream")]
    public async Task Nothing_else_can_be_done_to_sessions_and_the_log(string method, string path)
    {
        using var client = await system.ClientWithAsync(["sessions:read", "sessions:write", "revocations:read"]);

        await SendAsync(client, method, path).ProblemAsync(HttpStatusCode.MethodNotAllowed, "method-not-allowed");
    }

    private static async Task IsProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string name)
    {
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        await Task.FromResult(answer).ProblemAsync(status, name);
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string path) => client.SendAsync(
        new HttpRequestMessage(new HttpMethod(method), $"api/v1/{path}") { Content = method is "GET" or "DELETE" ? null : JsonContent.Create(new { }) }, Cancellation);
}
