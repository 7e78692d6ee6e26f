using System.Net.Http.Headers;
using Npgsql;
using UserDomain.Contracts;

namespace UserDomain.Replicas.Tests;

/// <summary>A service that was taken over reads and changes no more than it is for.</summary>
public sealed class ServiceLoginTests(ReplicatedSystem system)
{
    [Theory]
    [InlineData(Services.AuditApi, "UPDATE audit.audit_events SET type = 'x'")]
    [InlineData(Services.AuditApi, "DELETE FROM audit.audit_events")]
    [InlineData(Services.AuditApi, "DELETE FROM audit.subject_keys")]
    [InlineData(Services.AuditApi, "UPDATE audit.audit_terms SET subject = 0")]
    [InlineData(Services.AuditApi, "SELECT * FROM identity.users")]
    [InlineData(Services.ProfileApi, "SELECT * FROM identity.server_keys")]
    [InlineData(Services.ProfileApi, "SELECT * FROM identity.clients")]
    [InlineData(Services.ProfileApi, "INSERT INTO identity.role_assignments DEFAULT VALUES")]
    [InlineData(Services.RoleApi, "SELECT * FROM identity.server_keys")]
    [InlineData(Services.RoleApi, "SELECT client_secret FROM identity.clients")]
    [InlineData(Services.RoleApi, "UPDATE identity.users SET password_hash = 'x'")]
    [InlineData(Services.RoleApi, "SELECT * FROM audit.audit_events")]
    [InlineData(Services.SessionApi, "SELECT * FROM identity.server_keys")]
    [InlineData(Services.SessionApi, "DELETE FROM sessions.sessions")]
    [InlineData(Services.SessionApi, "UPDATE identity.users SET password_hash = 'x'")]
    [InlineData(Services.SessionApi, "SELECT client_secret FROM identity.clients")]
    [InlineData(Services.SessionApi, "SELECT * FROM sessions.logout_notices")]
    [InlineData(Services.RoleApi, "INSERT INTO sessions.logout_notices DEFAULT VALUES")]
    [InlineData(Services.ProfileApi, "DELETE FROM sessions.revocations")]
    [InlineData(Services.IdentityServer, "UPDATE sessions.revocations SET expires_at = now()")]
    [InlineData(Services.RoleApi, "SELECT handle_hash FROM sessions.sessions")]
    [InlineData(Services.RoleApi, "UPDATE sessions.sessions SET closed_at = NULL")]
    [InlineData(Services.IdentityServer, "SELECT * FROM audit.audit_events")]
    [InlineData(Services.IdentityServer, "DROP TABLE identity.users")]
    [InlineData(Services.IdentityServer, "CREATE TABLE public.mine (id int)")]
    public async Task A_login_is_refused_what_its_service_does_not_do(string service, string statement)
    {
        await using var connection = new NpgsqlConnection(system.ConnectionStringOf(service));
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(statement, connection);

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Fact]
    public async Task REV_01_What_is_revoked_can_be_forgotten_when_it_has_expired_and_not_before()
    {
        await using var connection = new NpgsqlConnection(system.ConnectionStringOf(Services.IdentityServer));
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO sessions.revocations (kind, value, issued_before, created_at, expires_at)
            VALUES ('token', 'over', now(), now(), now() - interval '1 second'), ('token', 'live', now(), now(), now() + interval '1 minute');
            DELETE FROM sessions.revocations WHERE value IN ('over', 'live');
            SELECT string_agg(value, ' ') FROM sessions.revocations WHERE value IN ('over', 'live')
            """,
            connection);

        Assert.Equal("live", await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(Services.IdentityServer)]
    [InlineData(Services.ProfileApi)]
    [InlineData(Services.SessionApi)]
    public async Task SES_04_Who_closes_sessions_may_note_which_clients_are_told(string service)
    {
        await using var connection = new NpgsqlConnection(system.ConnectionStringOf(service));
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO sessions.logout_notices (id, client_id, session_id, subject, created_at, next_attempt_at, attempts)
            SELECT gen_random_uuid(), client_id, gen_random_uuid(), 'somebody', now(), now(), 0 FROM identity.clients WHERE settings IS NULL OR settings <> '' LIMIT 1
            """,
            connection);

        Assert.Equal(1, await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Every_login_has_the_rights_for_what_its_service_does()
    {
        using var client = system.Client(accessToken: await system.ServiceTokenAsync("a", "users:read users:write"));
        var user = await CreateAsync(client, "users", new { userName = "carol", email = "carol@example.test" });
        await SendAsync(client, HttpMethod.Patch, $"users/{user}", new { displayName = "Carol" });
        await SendAsync(client, HttpMethod.Post, $"users/{user}/password-reset");

        using var roles = system.Client(accessToken: await system.ServiceTokenAsync("a", "roles:read roles:write"));
        var permission = await CreateAsync(roles, "permissions", new { name = "orders:approve", description = "Approve orders" });
        var role = await CreateAsync(roles, "roles", new { name = "approver", permissions = (string[])["orders:approve"], sessionIdleTimeout = 600 });
        var wider = await CreateAsync(roles, "roles", new { name = "chief", includes = (string[])["approver"] });
        var group = await CreateAsync(roles, "groups", new { name = "chiefs" });
        var assignment = await CreateAsync(roles, "role-assignments", new { roleId = wider, userId = user });
        await CreateAsync(roles, "role-assignments", new { roleId = wider, groupId = group });
        await SendAsync(roles, HttpMethod.Put, $"groups/{group}/members/{user}");
        foreach (var (kind, id) in ((string, string)[])[("permissions", permission), ("roles", role), ("groups", group)])
        {
            await SendAsync(roles, HttpMethod.Patch, $"{kind}/{id}", new { description = "changed" });
        }

        await SendAsync(roles, HttpMethod.Get, $"effective-permissions?user={user}");
        await SendAsync(roles, HttpMethod.Get, $"role-assignments?user={user}");

        using var sessions = system.Client(accessToken: await system.ServiceTokenAsync("a", "sessions:read sessions:write"));
        var session = await CreateAsync(sessions, "sessions", new { userId = user });
        await SendAsync(sessions, HttpMethod.Get, $"sessions/{session}");
        await SendAsync(sessions, HttpMethod.Delete, $"sessions/{session}");
        await CreateAsync(sessions, "sessions", new { userId = user });
        await SendAsync(sessions, HttpMethod.Delete, $"sessions?user={user}");

        using var webhooks = system.Client(accessToken: await system.ServiceTokenAsync("a", "webhooks:read webhooks:write"));
        var webhook = await CreateAsync(webhooks, "webhooks", new { url = "https://shop.example.test/hooks" });
        await SendAsync(webhooks, HttpMethod.Patch, $"webhooks/{webhook}", new { enabled = false });
        await SendAsync(webhooks, HttpMethod.Post, $"webhooks/{webhook}/secrets");
        await SendAsync(webhooks, HttpMethod.Get, $"webhooks/{webhook}/deliveries");
        await SendAsync(webhooks, HttpMethod.Delete, $"webhooks/{webhook}");

        await SendAsync(roles, HttpMethod.Delete, $"groups/{group}/members/{user}");
        await SendAsync(roles, HttpMethod.Delete, $"role-assignments/{assignment}");
        await SendAsync(roles, HttpMethod.Delete, $"groups/{group}");
        await SendAsync(roles, HttpMethod.Delete, $"roles/{wider}");
        await SendAsync(roles, HttpMethod.Delete, $"roles/{role}");
        await SendAsync(roles, HttpMethod.Delete, $"permissions/{permission}");
        await SendAsync(client, HttpMethod.Post, $"users/{user}/disable");
        await SendAsync(client, HttpMethod.Post, $"users/{user}/enable");
        await SendAsync(client, HttpMethod.Post, $"users/{user}/lock-down");
        await SendAsync(client, HttpMethod.Delete, $"users/{user}");

        using var trail = system.Client(accessToken: await system.ServiceTokenAsync("a", "audit:read audit:erase"));
        using var erased = await trail.PostAsJsonAsync("api/v1/audit-events/erasures", new { subject = user }, TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.OK, erased.StatusCode);
        await SendAsync(trail, HttpMethod.Get, "audit-events?q=carol&address=192.0.2.1");
    }

    private static async Task<string> CreateAsync(HttpClient client, string path, object thing)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/v1/{path}") { Content = JsonContent.Create(thing) };
        request.Headers.Add("Idempotency-Key", $"\"{path}-{Guid.CreateVersion7():n}\"");
        return (await client.SendAsync(request, TestContext.Current.CancellationToken).BodyAsync(HttpStatusCode.Created)).Text("id")!;
    }

    private static async Task SendAsync(HttpClient client, HttpMethod method, string path, object? change = null)
    {
        using var request = new HttpRequestMessage(method, $"api/v1/{path}") { Content = change is null ? null : JsonContent.Create(change, new MediaTypeHeaderValue("application/merge-patch+json")) };
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
    }
}
