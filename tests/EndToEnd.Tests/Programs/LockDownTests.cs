using System.Net;
using UserDomain.IdentityStore.Users;

namespace UserDomain.EndToEnd.Tests.Programs;

/// <summary>Whoever is at the machine locks an account down without a token, beside the program that serves.</summary>
public sealed class LockDownTests
{
    private const string Seed = $$"""
        {
          "clients": [ { "clientId": "service", "type": "service", "clientSecret": "{{Installation.ServiceSecret}}", "scopes": ["sessions:read", "sessions:write", "users:read", "audit:read"], "roles": ["administrator"] } ],
          "users": [
            { "email": "bob@example.test", "userName": "bob", "password": "quiet-lantern-over-fjord-71" },
            { "email": "ada@example.test", "userName": "ada", "password": "quiet-lantern-over-fjord-72", "roles": ["administrator"] }
          ]
        }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_command_locks_down_the_account_of_a_user_name_an_address_or_an_id()
    {
        await using var installation = new Installation();
        await installation.StartAsync(Seed);
        using var sessions = await installation.ServiceAsync("sessions:read sessions:write");
        using var users = await installation.ServiceAsync("users:read");
        using var auditor = await installation.ServiceAsync("audit:read");
        var bob = (await users.GetAsync(new Uri("api/v1/users?query=bob", UriKind.Relative), Cancellation).BodyAsync()).Items()[0].GetProperty("id").GetGuid();
        var session = (await sessions.PostAsJsonAsync("api/v1/sessions", new { userId = bob }, Cancellation).BodyAsync(HttpStatusCode.Created)).Text("id");

        var first = await installation.CommandAsync("lock-down", "BOB");
        var second = await installation.CommandAsync("lock-down", "bob@example.test");
        var third = await installation.CommandAsync("lock-down", bob.ToString());

        Assert.Equal((0, 0, 0), (first.ExitCode, second.ExitCode, third.ExitCode));
        Assert.Contains($"bob ({bob}) is locked down, and the password is void\nEnded: sessions 1, grants 0, consents 0, password links 0\n", first.Output, StringComparison.Ordinal);
        Assert.Contains("and had no password\nEnded: sessions 0, grants 0, consents 0, password links 0\n", second.Output, StringComparison.Ordinal);
        Assert.Equal("closed", (await sessions.GetAsync(new Uri($"api/v1/sessions/{session}", UriKind.Relative), Cancellation).BodyAsync()).Text("state"));
        Assert.True((await users.GetAsync(new Uri($"api/v1/users/{bob}", UriKind.Relative), Cancellation).BodyAsync()).GetProperty("disabled").GetBoolean());
        var found = await auditor.EventAsync(bob.ToString(), "user.locked-down");
        Assert.Equal((JsonValueKind.Null, "by the command of an operator"), (found.GetProperty("actor").ValueKind, found.GetProperty("after").Text("reason")));
    }

    [Fact]
    public async Task A_command_that_names_nobody_or_the_last_administrator_does_nothing_and_says_why()
    {
        await using var installation = new Installation();
        await installation.StartAsync(Seed);

        var nobody = await installation.CommandAsync("lock-down", "nobody@example.test");
        var unnamed = await installation.CommandAsync("lock-down");
        await installation.CommandAsync("lock-down", "admin@localhost");
        var last = await installation.CommandAsync("lock-down", "ada");

        Assert.Equal((1, 1, 1), (nobody.ExitCode, unnamed.ExitCode, last.ExitCode));
        Assert.Contains("No user has the id, user name or e-mail address 'nobody@example.test'", nobody.Errors, StringComparison.Ordinal);
        Assert.Contains("'lock-down' needs the id, user name or e-mail address of a user after it", unnamed.Errors, StringComparison.Ordinal);
        Assert.Contains("'ada' is the last enabled administrator", last.Errors, StringComparison.Ordinal);
        using var users = await installation.ServiceAsync("users:read");
        Assert.False((await users.GetAsync(new Uri("api/v1/users?query=ada", UriKind.Relative), Cancellation).BodyAsync()).Items()[0].GetProperty("disabled").GetBoolean());
    }

    [Fact]
    public async Task An_installation_whose_only_administrator_was_locked_down_and_enabled_again_offers_a_link_at_its_start()
    {
        await using var installation = new Installation();
        var users = (installation.Database.IsPostgreSql ? "identity." : "") + "users";
        await installation.StartAsync();
        await installation.StopAsync();
        await installation.ExecuteAsync($"UPDATE {users} SET password_hash = 'a hash'");
        await installation.StartAsync();
        Assert.DoesNotContain("account/set-up?code=", (await installation.StopAsync()).Output, StringComparison.Ordinal);
        await installation.ExecuteAsync($"UPDATE {users} SET password_hash = '{User.VoidHash}'");

        var lines = await installation.StartAsync(lastLine: "    http");

        Assert.Contains("account/set-up?code=", lines[^1], StringComparison.Ordinal);
    }
}
