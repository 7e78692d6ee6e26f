using System.Net;

namespace UserDomain.EndToEnd.Tests.Programs;

/// <summary>The way of somebody new: start, follow the link, sign in to the console; and everything is still there after a restart.</summary>
public sealed class FirstStartTests(Chromium chromium)
{
    private const string NewPassword = "seven-lanterns-in-the-harbour-9";

    private const string Seed = $$"""
        {
          // Comments and trailing commas are allowed.
          "clients": [
            { "clientId": "shop", "displayName": "Web shop", "type": "web", "clientSecret": "{{Installation.WebSecret}}",
              "redirectUris": ["{{WebVisitor.RedirectUri}}"], "postLogoutRedirectUris": ["{{WebVisitor.PostLogoutRedirectUri}}"],
              "scopes": ["openid", "profile", "email", "offline_access", "profile:self"], "requireConsent": true },
            { "clientId": "service", "type": "service", "clientSecret": "{{Installation.ServiceSecret}}", "scopes": ["sessions:read", "sessions:write", "audit:read"], "roles": ["support", "auditor"] },
          ],
          "permissions": [ { "name": "orders:approve", "description": "Approve orders" } ],
          "roles": [ { "name": "clerk", "permissions": ["orders:approve"], "includes": [] } ],
          "users": [ { "email": "alice@example.test", "emailVerified": true, "userName": "alice", "displayName": "Alice", "password": "{{RunningSystem.Password}}", "roles": ["clerk"] } ],
        }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_administrator_sets_a_password_by_the_printed_link_and_stays_signed_in_over_a_restart()
    {
        await using var installation = new Installation();
        var lines = await installation.StartAsync(lastLine: "    http");
        Assert.Contains(lines, line => line.StartsWith("User Domain ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains(installation.Data, StringComparison.Ordinal));
        await installation.StopAsync();
        Assert.Equal(lines[^1], (await installation.StartAsync(lastLine: "    http"))[^1]);
        var page = await chromium.OpenAsync();

        await page.GotoAsync(lines[^1].Trim());
        await page.Locator("#password").FillAsync(NewPassword);
        await page.Locator("#password-confirmation").FillAsync(NewPassword);
        await page.Locator("button[type=submit]").ClickAsync();
        await page.ArriveAsync("/account/sign-in");
        await page.GotoAsync($"{installation.PublicUrl}admin");
        await page.SignInAsync("admin@localhost", NewPassword);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Dashboard");

        Assert.Equal(0, (await installation.StopAsync()).ExitCode);
        var again = await installation.StartAsync();
        Assert.DoesNotContain(again, line => line.Contains("set-up", StringComparison.Ordinal));
        await page.GotoAsync($"{installation.PublicUrl}admin/users");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Users");
        Assert.DoesNotContain("set-up", (await installation.StopAsync()).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_password_of_the_first_administrator_can_be_given_later_and_an_easy_one_is_refused()
    {
        await using var installation = new Installation();
        await installation.StartAsync(lastLine: "    http");
        await installation.StopAsync();

        installation.Settings["UserDomain:Admin:Password"] = "password1";
        var (code, _, errors) = await installation.FailAsync();
        Assert.Equal(1, code);
        Assert.StartsWith("user-domain: UserDomain__Admin__Password is too easy to guess", errors, StringComparison.Ordinal);

        installation.Settings["UserDomain:Admin:Password"] = NewPassword;
        var lines = await installation.StartAsync();
        Assert.DoesNotContain(lines, line => line.Contains("set-up", StringComparison.Ordinal));
        var page = await chromium.OpenAsync();
        await page.GotoAsync($"{installation.PublicUrl}admin");
        await page.SignInAsync("admin@localhost", NewPassword);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Dashboard");
    }

    [Fact]
    public async Task With_a_seed_file_a_person_signs_in_is_seen_in_sessions_and_audit_trail_and_is_shut_out_when_the_session_is_closed()
    {
        await using var installation = new Installation();
        await installation.StartAsync(Seed);
        using var visitor = new WebVisitor(installation.PublicUrl, "shop", Installation.WebSecret, ["openid", "email", "offline_access", "profile:self"]);

        var tokens = await visitor.SignInAsync("alice", RunningSystem.Password);
        using var alice = installation.Anonymous();
        alice.DefaultRequestHeaders.Authorization = new("Bearer", tokens.AccessToken);
        var userInfo = await alice.GetAsync("connect/userinfo", Cancellation).BodyAsync();
        var me = await alice.GetAsync("api/v1/me", Cancellation).BodyAsync();
        Assert.Equal("alice@example.test", userInfo.Text("email"));
        Assert.Equal(("alice", userInfo.Text("sub")), (me.Text("userName"), me.Text("id")));

        // Tokens, sessions and keys outlive the program.
        await installation.StopAsync();
        await installation.StartAsync(Seed);
        Assert.Equal("alice", (await alice.GetAsync("api/v1/me", Cancellation).BodyAsync()).Text("userName"));
        tokens = await visitor.RefreshAsync(tokens.RefreshToken!);

        using var sessions = await installation.ServiceAsync("sessions:read sessions:write");
        var session = Assert.Single((await sessions.GetAsync($"api/v1/sessions?user={me.Text("id")}", Cancellation).BodyAsync()).Items());
        Assert.Equal("shop", session.GetProperty("clients")[0].GetString());
        using var auditor = await installation.ServiceAsync("audit:read");
        var opened = await auditor.EventAsync(session.Text("id")!, "session.created");
        Assert.Equal(me.Text("id"), opened.GetProperty("actor").Text("id"));

        using var closed = await sessions.DeleteAsync($"api/v1/sessions/{session.Text("id")}", Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, closed.StatusCode);
        using var refused = await visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!));
        Assert.Equal("invalid_grant", (await refused.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).Text("error"));
    }
}
