using System.Buffers.Text;
using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.SignIn;

/// <summary>Roles make sessions shorter (SES-02). A minute of these tests is none of anybody's.</summary>
public sealed class SessionTimesTests(LaterSystem later) : IClassFixture<LaterSystem>
{
    private static readonly string[] ManageSessions = [Scopes.SessionsRead, Scopes.SessionsWrite];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private RunningSystem System => later.System;

    [Fact]
    public async Task SES_02_A_session_ends_after_an_hour_without_use_and_after_twelve_in_any_case()
    {
        using var idle = await later.SignInAsync(await System.CreateUserAsync());
        using var used = await later.SignInAsync(await System.CreateUserAsync());

        for (var hours = 0.0; hours < 11.5; hours += 0.5)
        {
            later.Clock.Move(TimeSpan.FromMinutes(30));
            Assert.True(await LaterSystem.IsSignedInAsync(used));
        }

        Assert.False(await LaterSystem.IsSignedInAsync(idle));
        later.Clock.Move(TimeSpan.FromMinutes(31));
        Assert.False(await LaterSystem.IsSignedInAsync(used));
    }

    [Theory]
    [InlineData("user")]
    [InlineData("group")]
    [InlineData("included")]
    [InlineData("shortest")]
    public async Task SES_02_A_role_that_says_less_ends_a_session_that_is_not_used(string held)
    {
        var user = await System.CreateUserAsync();
        await later.HoldAsync(user, held, new { sessionIdleTimeout = 300 });
        using var browser = await later.SignInAsync(user);

        later.Clock.Move(TimeSpan.FromMinutes(4));
        Assert.True(await LaterSystem.IsSignedInAsync(browser));
        later.Clock.Move(TimeSpan.FromMinutes(4));
        Assert.True(await LaterSystem.IsSignedInAsync(browser));
        later.Clock.Move(TimeSpan.FromMinutes(5));
        Assert.False(await LaterSystem.IsSignedInAsync(browser));
    }

    [Theory]
    [InlineData("user")]
    [InlineData("group")]
    [InlineData("included")]
    [InlineData("shortest")]
    public async Task SES_02_A_role_that_says_less_ends_a_session_that_is_used(string held)
    {
        var user = await System.CreateUserAsync();
        await later.HoldAsync(user, held, new { sessionLifetime = 600 });
        using var browser = await later.SignInAsync(user);

        later.Clock.Move(TimeSpan.FromMinutes(5));
        Assert.True(await LaterSystem.IsSignedInAsync(browser));
        later.Clock.Move(TimeSpan.FromMinutes(4));
        Assert.True(await LaterSystem.IsSignedInAsync(browser));
        later.Clock.Move(TimeSpan.FromMinutes(1));
        Assert.False(await LaterSystem.IsSignedInAsync(browser));
    }

    [Theory]
    [InlineData("given to the user")]
    [InlineData("given to a group")]
    [InlineData("member of the group")]
    [InlineData("changed")]
    [InlineData("included one changed")]
    [InlineData("included")]
    public async Task SES_02_A_session_that_is_open_when_its_user_comes_to_such_a_role_is_shortened_at_once_and_shown_so(string how)
    {
        var user = await System.CreateUserAsync();
        using var roles = await later.RolesAsync();
        var (inner, outer, group) = (LaterSystem.Fresh(), LaterSystem.Fresh(), await LaterSystem.CreateAsync(roles, "groups", new { name = LaterSystem.Fresh() }));
        var innerId = await LaterSystem.CreateAsync(roles, "roles", new { name = inner, sessionIdleTimeout = how.Contains("changed", StringComparison.Ordinal) ? 3600 : 300, sessionLifetime = 36000 });
        var outerId = await LaterSystem.CreateAsync(roles, "roles", new { name = outer, includes = how == "included one changed" ? new[] { inner } : [] });
        await (how switch
        {
            "given to a group" => LaterSystem.JoinAsync(roles, group, user),
            "member of the group" => LaterSystem.GiveAsync(roles, innerId, groupId: group),
            "changed" => LaterSystem.GiveAsync(roles, innerId, userId: user),
            "included" or "included one changed" => LaterSystem.GiveAsync(roles, outerId, userId: user),
            _ => Task.CompletedTask,
        });
        using var browser = await later.SignInAsync(user);
        using var other = await later.SignInAsync(await System.CreateUserAsync());

        await (how switch
        {
            "given to a group" => LaterSystem.GiveAsync(roles, innerId, groupId: group),
            "member of the group" => LaterSystem.JoinAsync(roles, group, user),
            "given to the user" => LaterSystem.GiveAsync(roles, innerId, userId: user),
            "included" => LaterSystem.ChangeAsync(roles, outerId, new { includes = new[] { inner } }),
            _ => LaterSystem.ChangeAsync(roles, innerId, new { sessionIdleTimeout = 300 }),
        });

        var shown = await later.SessionOfAsync(user);
        Assert.Equal(TimeSpan.FromMinutes(5), shown.GetProperty("expiresAt").GetDateTimeOffset() - shown.GetProperty("lastSeenAt").GetDateTimeOffset());
        later.Clock.Move(TimeSpan.FromSeconds(301));
        Assert.Equal("expired", (await later.SessionOfAsync(user)).Text("state"));
        Assert.False(await LaterSystem.IsSignedInAsync(browser));
        Assert.True(await LaterSystem.IsSignedInAsync(other));
    }

    [Fact]
    public async Task SES_02_A_session_that_missed_the_change_ends_when_it_is_used_too_late()
    {
        var user = await System.CreateUserAsync();
        using var roles = await later.RolesAsync();
        var role = await LaterSystem.CreateAsync(roles, "roles", new { name = LaterSystem.Fresh(), sessionIdleTimeout = 120, sessionLifetime = 600 });
        using var idle = await later.SignInAsync(user);
        using var used = await later.SignInAsync(user);

        // As it comes out when the session is opened while the role is being given.
        await System.InStoreAsync(async store =>
        {
            store.RoleAssignments.Add(new() { Id = Guid.CreateVersion7(), RoleId = role, UserId = user, CreatedAt = later.Clock.GetUtcNow() });
            return await store.SaveChangesAsync(Cancellation);
        });

        for (var seconds = 0; seconds < 600; seconds += 100)
        {
            Assert.True(await LaterSystem.IsSignedInAsync(used));
            later.Clock.Move(TimeSpan.FromSeconds(100));
        }

        Assert.False(await LaterSystem.IsSignedInAsync(used));
        Assert.False(await LaterSystem.IsSignedInAsync(idle));
    }

    [Fact]
    public async Task SES_02_The_shortest_time_is_held_to_as_long_as_somebody_is_there()
    {
        var user = await System.CreateUserAsync();
        await later.HoldAsync(user, "user", new { sessionIdleTimeout = 60 });
        using var browser = await later.SignInAsync(user);

        for (var times = 0; times < 8; times++)
        {
            later.Clock.Move(TimeSpan.FromSeconds(40));
            Assert.True(await LaterSystem.IsSignedInAsync(browser));
        }

        later.Clock.Move(TimeSpan.FromSeconds(61));
        Assert.False(await LaterSystem.IsSignedInAsync(browser));
    }

    [Fact]
    public async Task SES_02_A_role_that_is_taken_away_brings_back_no_session_and_makes_none_longer()
    {
        var user = await System.CreateUserAsync();
        using var roles = await later.RolesAsync();
        var role = await later.HoldAsync(user, "user", new { sessionIdleTimeout = 120, sessionLifetime = 600 });
        using var ended = await later.SignInAsync(user);
        later.Clock.Move(TimeSpan.FromSeconds(121));
        using var open = await later.SignInAsync(user);

        using var answer = await roles.DeleteAsync($"api/v1/roles/{role}", Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);

        later.Clock.Move(TimeSpan.FromSeconds(61));
        Assert.False(await LaterSystem.IsSignedInAsync(ended));
        Assert.True(await LaterSystem.IsSignedInAsync(open));
        later.Clock.Move(TimeSpan.FromSeconds(500));
        Assert.True(await LaterSystem.IsSignedInAsync(open));
        later.Clock.Move(TimeSpan.FromSeconds(40));
        Assert.False(await LaterSystem.IsSignedInAsync(open));
    }

    [Fact]
    public async Task SES_02_A_session_a_service_opens_is_as_short()
    {
        var user = await System.CreateUserAsync();
        await later.HoldAsync(user, "included", new { sessionIdleTimeout = 90, sessionLifetime = 600 });
        using var sessions = await System.ClientWithAsync(ManageSessions);

        using var answer = await sessions.PostAsJsonAsync("api/v1/sessions", new { userId = user }, Cancellation);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var shown = await later.SessionOfAsync(user);
        Assert.Equal(TimeSpan.FromSeconds(90), shown.GetProperty("expiresAt").GetDateTimeOffset() - shown.GetProperty("createdAt").GetDateTimeOffset());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SES_02_Access_tokens_for_APIs_tell_of_a_shorter_time_and_of_no_other(bool shorter)
    {
        var user = await System.CreateUserAsync();
        await later.HoldAsync(user, "included", shorter ? new { sessionIdleTimeout = 90, sessionLifetime = 600 } : new { sessionIdleTimeout = 3600, sessionLifetime = 43200 });

        using var browser = await System.VisitorAsync("offline_access", Scopes.UsersRead);
        var first = await browser.SignInAsync(await later.NameOfAsync(user), RunningSystem.Password);

        foreach (var token in (string[])[first.AccessToken, (await browser.RefreshAsync(first.RefreshToken!)).AccessToken])
        {
            var claims = JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(token.Split('.')[1]));
            Assert.Equal(shorter ? "90" : null, claims.TryGetProperty("session_idle_timeout", out var idle) ? idle.GetRawText() : null);
            Assert.Equal(shorter ? "600" : null, claims.TryGetProperty("session_lifetime", out var lifetime) ? lifetime.GetRawText() : null);
        }
    }

    [Fact]
    public async Task SES_02_The_console_is_held_to_the_time_of_a_role()
    {
        var user = await System.CreateUserAsync(roles: BuiltInRoles.Administrator);
        await later.HoldAsync(user, "included", new { sessionIdleTimeout = 120, sessionLifetime = 600 });
        using var idle = await EnterConsoleAsync(user);
        using var used = await EnterConsoleAsync(user);

        for (var seconds = 0; seconds < 600; seconds += 100)
        {
            Assert.Equal("/admin/users", await WhereAsync(used));
            later.Clock.Move(TimeSpan.FromSeconds(100));
        }

        Assert.Equal("/account/sign-in", await WhereAsync(used));
        Assert.Equal("/account/sign-in", await WhereAsync(idle));
    }

    private async Task<WebVisitor> EnterConsoleAsync(Guid user)
    {
        var visitor = await System.VisitorAsync();
        var page = await visitor.FollowAsync(await visitor.Http.GetAsync(new Uri("admin/users", UriKind.Relative), Cancellation));
        page = await visitor.SubmitAsync(page, new() { ["username"] = await later.NameOfAsync(user), ["password"] = RunningSystem.Password });
        Assert.Equal("/admin/users", page.RequestMessage!.RequestUri!.AbsolutePath);
        return visitor;
    }

    private static async Task<string> WhereAsync(WebVisitor visitor) =>
        (await visitor.FollowAsync(await visitor.Http.GetAsync(new Uri("admin/users", UriKind.Relative), Cancellation))).RequestMessage!.RequestUri!.AbsolutePath;
}
