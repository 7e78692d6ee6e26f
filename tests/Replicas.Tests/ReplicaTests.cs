using System.Text.RegularExpressions;

namespace UserDomain.Replicas.Tests;

/// <summary>It makes no difference which replica answers.</summary>
public sealed partial class ReplicaTests(ReplicatedSystem system)
{
    private static readonly string[] Replicas = ["a", "b"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_person_signs_in_through_one_replica_and_the_application_goes_on_through_the_other()
    {
        using var visitor = system.Visitor();
        var tokens = await visitor.At("a").SignInAsync("alice", RunningSystem.Password);

        var refreshed = await visitor.At("b").RefreshAsync(tokens.RefreshToken!);

        foreach (var replica in Replicas)
        {
            using var first = system.Client(replica, tokens.AccessToken);
            using var second = system.Client(replica, refreshed.AccessToken);
            Assert.Equal("alice", (await first.GetAsync("api/v1/me", Cancellation).BodyAsync()).Text("userName"));
            Assert.Equal("alice", (await second.GetAsync("api/v1/me", Cancellation).BodyAsync()).Text("userName"));
        }
    }

    [Fact]
    public async Task A_sign_in_form_of_one_replica_can_be_sent_to_the_other_and_the_cookie_holds_at_both()
    {
        using var visitor = system.Visitor();
        var page = await visitor.At("a").FollowAsync(await visitor.Http.GetAsync(visitor.AuthorizeUrl(), Cancellation));

        var answer = await visitor.At("b").SubmitAsync(page, new() { ["username"] = "alice", ["password"] = RunningSystem.Password });

        Assert.Contains("code", WebVisitor.QueryOf(answer).Keys);
        var silent = await visitor.At("a").Http.GetAsync(visitor.AuthorizeUrl(("prompt", "none")), Cancellation);
        Assert.Contains("code", WebVisitor.QueryOf(silent).Keys);
    }

    [Fact]
    public async Task A_session_closed_at_one_replica_is_closed_at_the_other()
    {
        using var visitor = system.Visitor();
        var tokens = await visitor.At("a").SignInAsync("alice", RunningSystem.Password);
        using var sessions = system.Client("b", await system.ServiceTokenAsync("b", "sessions:read sessions:write"));

        using var closed = await sessions.DeleteAsync($"api/v1/sessions/{tokens.SessionId}", Cancellation);

        Assert.Equal(HttpStatusCode.NoContent, closed.StatusCode);
        using var refused = await visitor.At("a").PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!));
        Assert.Contains("invalid_grant", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        var silent = await visitor.At("b").Http.GetAsync(visitor.AuthorizeUrl(("prompt", "none")), Cancellation);
        Assert.Equal("login_required", WebVisitor.QueryOf(silent)["error"]);
    }

    [Fact]
    public async Task TST_02_Of_twenty_uses_of_one_refresh_token_at_both_replicas_exactly_one_wins()
    {
        using var visitor = system.Visitor();
        var tokens = await visitor.SignInAsync("alice", RunningSystem.Password);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!))));

        Assert.Single(answers, answer => answer.IsSuccessStatusCode);
    }

    [Fact]
    public async Task TST_02_Of_twenty_uses_of_one_code_at_both_replicas_exactly_one_wins()
    {
        using var visitor = system.Visitor();
        var code = await visitor.CodeAsync("alice", RunningSystem.Password);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            try
            {
                return await visitor.RedeemAsync(code);
            }
            catch (InvalidOperationException)
            {
                return null;
            }
        }));

        Assert.Single(answers, answer => answer is not null);
    }

    [Fact]
    public async Task Both_replicas_publish_the_same_keys_and_what_one_service_writes_the_other_reads()
    {
        using var a = system.Client("a", await system.ServiceTokenAsync("a", "roles:read roles:write"));
        using var b = system.Client("b", await system.ServiceTokenAsync("b", "roles:read roles:write"));

        var role = await a.PostAsJsonAsync("api/v1/roles", new { name = "shared" }, Cancellation).BodyAsync(HttpStatusCode.Created);
        var read = await b.GetAsync($"api/v1/roles/{role.Text("id")}", Cancellation).BodyAsync();

        Assert.Equal("shared", read.Text("name"));
        Assert.Equal(await a.GetStringAsync(".well-known/jwks", Cancellation), await b.GetStringAsync(".well-known/jwks", Cancellation));
    }

    [Fact]
    public async Task A_change_at_any_replica_is_in_the_audit_trail_within_two_seconds_and_once()
    {
        using var a = system.Client("a", await system.ServiceTokenAsync("a", "roles:read roles:write"));
        using var b = system.Client("b", await system.ServiceTokenAsync("b", "roles:read roles:write"));
        var roles = new List<string>();
        foreach (var number in Enumerable.Range(0, 10))
        {
            var role = await (number % 2 == 0 ? a : b).PostAsJsonAsync("api/v1/roles", new { name = $"audited-{number}" }, Cancellation).BodyAsync(HttpStatusCode.Created);
            roles.Add(role.Text("id")!);
        }

        using var auditor = system.Client("b", await system.ServiceTokenAsync("a", "audit:read"));

        await Task.Delay(TimeSpan.FromSeconds(2), Cancellation);

        foreach (var role in roles)
        {
            var found = (await auditor.GetAsync($"api/v1/audit-events?target={role}", Cancellation).BodyAsync()).Items();
            Assert.True(found.Count == 1, $"{found.Count} events; the programs say: {system.Log()}");
        }
    }

    [Fact]
    public async Task An_administrator_who_signed_in_to_the_console_at_one_replica_is_signed_in_at_the_other()
    {
        using var visitor = system.Visitor();
        var page = await visitor.At("a").FollowAsync(await visitor.Http.GetAsync(new Uri("admin", UriKind.Relative), Cancellation));
        page = await visitor.SubmitAsync(page, new() { ["username"] = "root-admin", ["password"] = RunningSystem.Password });
        Assert.Equal("/admin", page.RequestMessage!.RequestUri!.AbsolutePath.TrimEnd('/'));

        var users = await visitor.At("b").Http.GetAsync(new Uri("admin/users", UriKind.Relative), Cancellation);

        Assert.True(users.StatusCode == HttpStatusCode.OK, $"{users.StatusCode} to {users.Headers.Location}");
        Assert.Matches(Heading(), await users.Content.ReadAsStringAsync(Cancellation));
    }

    [GeneratedRegex("<h1[^>]*>Users</h1>")]
    private static partial Regex Heading();
}
