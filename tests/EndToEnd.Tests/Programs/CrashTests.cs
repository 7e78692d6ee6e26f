using System.Globalization;
using System.Net;

namespace UserDomain.EndToEnd.Tests.Programs;

/// <summary>What is acknowledged survives the program (REL-01, REL-08, AUD-01).</summary>
public sealed class CrashTests
{
    private const int Rounds = 2;

    private const string Seed = $$"""
        {
          "clients": [ { "clientId": "service", "type": "service", "clientSecret": "{{Installation.ServiceSecret}}", "scopes": ["roles:write", "audit:read"], "roles": ["administrator"] } ],
        }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AUD_01_Killed_between_a_change_and_its_delivery_the_audit_event_arrives_after_the_restart_and_once()
    {
        await using var installation = new Installation();
        var roles = new List<Guid>();
        var undelivered = 0;
        for (var round = 0; round < Rounds; round++)
        {
            await installation.StartAsync(Seed);
            using var service = await installation.ServiceAsync("roles:write");
            var role = await service.PostAsJsonAsync("api/v1/roles", new { name = $"role-{round}" }, Cancellation).BodyAsync(HttpStatusCode.Created);

            await installation.KillAsync();

            roles.Add(role.GetProperty("id").GetGuid());
            undelivered += await WaitingAsync(installation, roles[^1]);
        }

        // Else it was delivered before the end each time, and this shows nothing.
        Assert.True(undelivered > 0, "No event was left behind by any crash.");
        await installation.StartAsync(Seed);
        foreach (var role in roles)
        {
            await ArrivesOnceAsync(installation, role);
        }
    }

    private static async Task ArrivesOnceAsync(Installation installation, Guid role)
    {
        using var auditor = await installation.ServiceAsync("audit:read");
        for (var attempt = 0; ; attempt++)
        {
            var found = (await auditor.GetAsync($"api/v1/audit-events?target={role}", Cancellation).BodyAsync()).Items();
            if (await WaitingAsync(installation, role) == 0 && found is [var only])
            {
                Assert.Equal("role.created", only.Text("type"));
                return;
            }

            Assert.True(attempt < 100 && found.Count < 2, $"{found.Count} events of role {role} after {attempt / 10} s.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), Cancellation);
        }
    }

    /// <summary>How many events about something wait in the outbox.</summary>
    private static async Task<int> WaitingAsync(Installation installation, Guid about)
    {
        var outbox = installation.Database.IsPostgreSql ? "identity.outbox_messages" : "outbox_messages";
        return Convert.ToInt32(await installation.ExecuteAsync($"SELECT count(*) FROM {outbox} WHERE payload LIKE '%{about}%'"), CultureInfo.InvariantCulture);
    }
}
