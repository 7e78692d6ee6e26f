namespace UserDomain.AuditApi.Tests.AuditEvents;

public sealed class AuditAccessTests(RunningSystem system)
{
    private const string One = "/01890000-0000-7000-8000-000000000000";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string> Operations => new()
    {
        { "GET", "", "audit:read" },
        { "GET", One, "audit:read" },
        { "POST", "", "audit:write" },
        { "POST", "/erasures", "audit:erase" },
        { "GET", One + "/proof", "audit:read" },
        { "GET", "/heads", "audit:read" },
        { "GET", "/heads/latest", "audit:read" },
        { "GET", "/heads/key", "audit:read" },
        { "GET", "/heads/consistency?from=1", "audit:read" },
        { "GET", "/verification", "audit:read" },
        { "GET", "/export?format=sealed", "audit:read" },
        { "GET", "/live", "audit:read" },
        { "GET", "/timeline?subject=01890000-0000-7000-8000-000000000000", "audit:read" },
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Every_operation_refuses_a_caller_without_the_right_token(string method, string path, string scope)
    {
        using var anonymous = new HttpClient { BaseAddress = system.PublicUrl };
        using var otherApi = await system.ClientWithAsync(["users:read", "users:write"]);
        using var otherScope = await system.ClientWithAsync([scope == "audit:read" ? "audit:write" : "audit:read"], ["audit:read", "audit:write"]);
        using var noPermission = await system.ClientWithAsync([scope], permissions: []);

        await SendAsync(anonymous, method, path).ProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
        await SendAsync(otherApi, method, path).ProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
        await SendAsync(otherScope, method, path).ProblemAsync(HttpStatusCode.Forbidden, "insufficient-scope");
        await SendAsync(noPermission, method, path).ProblemAsync(HttpStatusCode.Forbidden, "permission-missing");
    }

    [Fact]
    public async Task An_auditor_who_may_only_read_cannot_append()
    {
        var auditor = await system.CreateUserAsync(roles: "auditor");
        using var client = await system.SignedInAsync(auditor, "audit:read", "audit:write");

        await client.ListAsync("limit=1");
        await client.AppendAsync(TrailEvents.Valid()).ProblemAsync(HttpStatusCode.Forbidden, "permission-missing");
    }

    [Fact]
    public async Task Everybody_may_read_what_the_operations_are()
    {
        using var anonymous = new HttpClient { BaseAddress = system.PublicUrl };

        var document = await anonymous.GetAsync(new Uri("api/v1/audit-events/openapi.json", UriKind.Relative), Cancellation).BodyAsync();

        Assert.Equal(
            [
                "/api/v1/audit-events", "/api/v1/audit-events/erasures", "/api/v1/audit-events/export", "/api/v1/audit-events/heads", "/api/v1/audit-events/heads/consistency", "/api/v1/audit-events/heads/key", "/api/v1/audit-events/heads/latest",
                "/api/v1/audit-events/live", "/api/v1/audit-events/timeline", "/api/v1/audit-events/verification", "/api/v1/audit-events/{id}", "/api/v1/audit-events/{id}/proof",
                "/api/v1/webhooks", "/api/v1/webhooks/{id}", "/api/v1/webhooks/{id}/deliveries", "/api/v1/webhooks/{id}/deliveries/{deliveryId}/resend", "/api/v1/webhooks/{id}/replay",
                "/api/v1/webhooks/{id}/secrets", "/api/v1/webhooks/{id}/secrets/{secretId}",
            ],
            document.GetProperty("paths").EnumerateObject().Select(path => path.Name.TrimEnd('/')).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("PUT", "")]
    [InlineData("DELETE", "")]
    [InlineData("PATCH", "")]
    [InlineData("PUT", One)]
    [InlineData("PATCH", One)]
    [InlineData("DELETE", One)]
    [InlineData("POST", One)]
    public async Task No_route_changes_or_deletes_an_event(string method, string path)
    {
        using var client = await system.AuditorAsync();

        using var answer = await SendAsync(client, method, path);

        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.MethodNotAllowed, HttpStatusCode.NotFound });
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string path) => client.SendAsync(
        new HttpRequestMessage(new HttpMethod(method), TrailEvents.Path + path) { Content = method is "GET" or "DELETE" ? null : JsonContent.Create(new { }) }, Cancellation);
}
