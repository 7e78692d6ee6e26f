using System.Net;

namespace UserDomain.EndToEnd.Tests.Programs;

/// <summary>A seed file that is applied at each start.</summary>
public sealed class SeedTests
{
    private const string Seed = $$"""
        {
          "clients": [ { "clientId": "service", "type": "service", "clientSecret": "{{Installation.ServiceSecret}}", "scopes": ["roles:read", "audit:read"], "roles": ["auditor"] } ],
          "permissions": [ { "name": "orders:approve", "description": "Approve orders" } ],
          "roles": [ { "name": "clerk", "permissions": ["orders:approve"] }, { "name": "head-clerk", "includes": ["clerk"] } ],
          "groups": [ { "name": "Back office", "roles": ["clerk"] } ],
          "users": [
            { "email": "alice@example.test", "userName": "alice", "roles": ["head-clerk"], "groups": ["Back office"] },
            { "email": "bob@example.test", "userName": "bob", "groups": ["Back office"] }
          ]
        }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_there_stays_as_it_is_and_what_was_taken_away_is_given_again()
    {
        await using var installation = new Installation();
        foreach (var _ in (int[])[1, 2])
        {
            await installation.StartAsync(Seed);
            await installation.StopAsync();
        }

        // The first administrator has an assignment as well.
        Assert.Equal((4L, 2L, 2L), await RowsAsync(installation));
        var schema = SchemaOf(installation);
        await installation.ExecuteAsync($"DELETE FROM {schema}role_assignments WHERE group_id IS NOT NULL");
        await installation.ExecuteAsync($"DELETE FROM {schema}group_members WHERE user_id = (SELECT id FROM {schema}users WHERE user_name = 'bob')");
        await installation.StartAsync(Seed.Replace("Approve orders", "Approve and refuse orders", StringComparison.Ordinal));

        Assert.Equal((4L, 2L, 2L), await RowsAsync(installation));
        using var service = await installation.ServiceAsync("audit:read");
        await Task.Delay(TimeSpan.FromSeconds(3), Cancellation);
        Assert.Equal((5, 3, 3, 0, 1), (
            await EventsAsync(service, "role-assignment.created"), await EventsAsync(service, "group.updated"), await EventsAsync(service, "user.created"),
            await EventsAsync(service, "role.updated"), await EventsAsync(service, "permission.updated")));
    }

    [Theory]
    [InlineData("""{ "name": "clerk", "sessionIdleTimeout": 300 }""", "\"groups\": [\"Back office\"]", 300)]
    [InlineData("""{ "name": "clerk" }, { "name": "inner", "sessionIdleTimeout": 120 }, { "name": "outer", "includes": ["inner"] }""", "\"roles\": [\"outer\"]", 120)]
    [InlineData("""{ "name": "clerk" }""", "\"groups\": [\"Back office\"]", 3600)]
    public async Task SES_02_What_a_role_of_the_file_says_of_sessions_holds_for_those_that_are_open(string roles, string held, int seconds)
    {
        await using var installation = new Installation();
        await installation.StartAsync(FileWith("""{ "name": "clerk" }""", "\"groups\": []"));
        using var service = await installation.ServiceAsync("sessions:read sessions:write");
        var schema = SchemaOf(installation);
        var user = Guid.Parse((await installation.ExecuteAsync($"SELECT id FROM {schema}users WHERE user_name = 'bob'"))!.ToString()!);
        await service.PostAsJsonAsync("api/v1/sessions", new { userId = user }, Cancellation).BodyAsync(HttpStatusCode.Created);
        await installation.StopAsync();

        await installation.StartAsync(FileWith(roles, held));

        using var again = await installation.ServiceAsync("sessions:read");
        var session = Assert.Single((await again.GetAsync($"api/v1/sessions?user={user}", Cancellation).BodyAsync()).Items());
        Assert.Equal(TimeSpan.FromSeconds(seconds), session.GetProperty("expiresAt").GetDateTimeOffset() - session.GetProperty("createdAt").GetDateTimeOffset());

        static string FileWith(string roles, string held) => $$"""
            {
              "clients": [ { "clientId": "service", "type": "service", "clientSecret": "{{Installation.ServiceSecret}}", "scopes": ["sessions:read", "sessions:write"], "roles": ["administrator"] } ],
              "roles": [ {{roles}} ],
              "groups": [ { "name": "Back office", "roles": ["clerk"] } ],
              "users": [ { "email": "bob@example.test", "userName": "bob", {{held}} } ]
            }
            """;
    }

    private static string SchemaOf(Installation installation) => installation.Database.IsPostgreSql ? "identity." : "";

    private static async Task<(object?, object?, object?)> RowsAsync(Installation installation)
    {
        var schema = SchemaOf(installation);
        return (
            await installation.ExecuteAsync($"SELECT COUNT(*) FROM {schema}role_assignments"), await installation.ExecuteAsync($"SELECT COUNT(*) FROM {schema}group_members"),
            await installation.ExecuteAsync($"SELECT COUNT(*) FROM {schema}users WHERE user_name IN ('alice', 'bob')"));
    }

    private static async Task<int> EventsAsync(HttpClient auditor, string type) =>
        (await auditor.GetAsync(new Uri($"api/v1/audit-events?type={type}", UriKind.Relative), Cancellation).BodyAsync()).Items().Count;
}
