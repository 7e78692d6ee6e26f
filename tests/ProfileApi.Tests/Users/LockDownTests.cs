using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.Contracts;

namespace UserDomain.ProfileApi.Tests.Users;

/// <summary>An account that may be in wrong hands is locked down by one call.</summary>
public sealed class LockDownTests(RunningSystem system)
{
    private const string NewPassword = "another-lantern-over-fjord-72";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_call_ends_whatever_an_intruder_may_have_in_hand()
    {
        var name = UsersApi.UniqueName();
        var id = await system.CreateUserAsync(name);
        using var client = await system.UserWriterAsync();
        using var one = await system.VisitorAsync("offline_access", "users:read");
        using var two = await system.VisitorAsync("offline_access", "users:read");
        var (first, second) = (await one.SignInAsync(name, RunningSystem.Password), await two.SignInAsync(name, RunningSystem.Password));
        await ConsentAsync(id);
        var link = (await client.ActAsync(id, "password-reset").BodyAsync()).Text("url")!;
        var before = TimeProvider.System.GetUtcNow();

        var done = await client.PostAsJsonAsync($"{UsersApi.Path}/{id}/lock-down", new { reason = "Seen at two places at once: case 4711." }, Cancellation).BodyAsync();

        Assert.Equal((id, 2, 2, 1, 1, true), (
            done.GetProperty("userId").GetGuid(), Count(done, "sessions"), Count(done, "grants"), Count(done, "consents"), Count(done, "passwordLinks"), done.GetProperty("passwordVoided").GetBoolean()));
        Assert.InRange(done.GetProperty("lockedDownAt").GetDateTimeOffset(), before.AddSeconds(-1), before.AddMinutes(1));
        Assert.True((await client.GetUserAsync(id).BodyAsync()).GetProperty("disabled").GetBoolean());

        await client.ActAsync(id, "enable").BodyAsync();
        foreach (var (visitor, tokens) in ((WebVisitor, TokenAnswer)[])[(one, first), (two, second)])
        {
            Assert.Equal("login_required", WebVisitor.QueryOf(await visitor.Http.GetAsync(visitor.AuthorizeUrl(("prompt", "none")), Cancellation))["error"]);
            using var refreshed = await visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!));
            Assert.Equal(HttpStatusCode.BadRequest, refreshed.StatusCode);
            using var caller = system.WithToken(tokens.AccessToken);
            await UntilAsync(async () => (await caller.GetUserAsync(id)).StatusCode == HttpStatusCode.Unauthorized);
        }

        Assert.Equal(0, await ValidAsync(id));
        await Assert.ThrowsAsync<InvalidOperationException>(() => one.SignInAsync(name, RunningSystem.Password));
        Assert.False(await SetsPasswordAsync(one, link));
    }

    [Fact]
    public async Task Whoever_is_enabled_again_comes_back_by_a_link_that_is_good_for_minutes_and_not_by_the_old_password()
    {
        var name = UsersApi.UniqueName();
        var id = await system.CreateUserAsync(name);
        using var client = await system.UserWriterAsync();
        using var visitor = await system.VisitorAsync();
        await client.ActAsync(id, "lock-down").BodyAsync();
        await client.ActAsync(id, "enable").BodyAsync();

        var link = await client.ActAsync(id, "password-reset").BodyAsync();

        Assert.InRange(link.GetProperty("expiresAt").GetDateTimeOffset() - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(14), TimeSpan.FromMinutes(16));
        await Assert.ThrowsAsync<InvalidOperationException>(() => visitor.SignInAsync(name, RunningSystem.Password));
        Assert.True(await SetsPasswordAsync(visitor, link.Text("url")!));
        await visitor.SignInAsync(name, NewPassword);
    }

    [Fact]
    public async Task A_second_call_finds_nothing_more_and_disables_nobody_twice()
    {
        var name = UsersApi.UniqueName();
        var id = await system.CreateUserAsync(name);
        using var client = await system.UserWriterAsync();
        using var visitor = await system.VisitorAsync();
        await visitor.SignInAsync(name, RunningSystem.Password);

        var first = await client.ActAsync(id, "lock-down").BodyAsync();
        var version = (await client.GetUserAsync(id).BodyAsync()).GetProperty("version").GetInt64();
        var second = await client.ActAsync(id, "lock-down").BodyAsync();

        Assert.Equal((1, 1, true), (Count(first, "sessions"), Count(first, "grants"), first.GetProperty("passwordVoided").GetBoolean()));
        Assert.Equal((0, 0, 0, 0, false), (Count(second, "sessions"), Count(second, "grants"), Count(second, "consents"), Count(second, "passwordLinks"), second.GetProperty("passwordVoided").GetBoolean()));
        Assert.Equal(version, (await client.GetUserAsync(id).BodyAsync()).GetProperty("version").GetInt64());
        Assert.Equal(["user.disabled", "user.locked-down", "user.locked-down"], await TimelineAsync(second));
    }

    [Fact]
    public async Task The_timeline_leads_to_the_events_with_reason_and_counts_and_who_did_it()
    {
        var name = UsersApi.UniqueName();
        var id = await system.CreateUserAsync(name);
        using var client = await system.UserWriterAsync();
        using var visitor = await system.VisitorAsync();
        await visitor.SignInAsync(name, RunningSystem.Password);

        var done = await client.PostAsJsonAsync($"{UsersApi.Path}/{id}/lock-down", new { reason = "case 4712" }, Cancellation).BodyAsync();
        var found = await system.EventAsync(id, "user.locked-down");

        Assert.Equal($"/api/v1/audit-events/timeline?subject={id}", done.Text("timeline"));
        Assert.Equal(["user.disabled", "user.locked-down"], await TimelineAsync(done));
        var after = found.GetProperty("after");
        Assert.Equal(("case 4712", 1, 1, 0, 0, true), (
            after.Text("reason"), Count(after, "sessions"), Count(after, "grants"), Count(after, "consents"), Count(after, "passwordLinks"), after.GetProperty("passwordVoided").GetBoolean()));
        Assert.Equal("client", found.GetProperty("actor").Text("type"));
    }

    [Fact]
    public async Task An_account_that_is_disabled_already_loses_what_it_got_since()
    {
        var id = await system.CreateUserAsync();
        using var client = await system.UserWriterAsync();
        await client.ActAsync(id, "disable").BodyAsync();
        await client.ActAsync(id, "password-reset").BodyAsync();

        var done = await client.ActAsync(id, "lock-down").BodyAsync();

        Assert.Equal((0, 1, true), (Count(done, "sessions"), Count(done, "passwordLinks"), done.GetProperty("passwordVoided").GetBoolean()));
        Assert.Equal(["user.disabled", "user.locked-down", "user.password-link-created"], await TimelineAsync(done));
    }

    [Theory]
    [InlineData("{\"reason\":\"$long\"}", "reason")]
    [InlineData("{\"reason\":\"line\\u0000break\"}", "reason")]
    [InlineData("{\"why\":\"unknown member\"}", null)]
    [InlineData("{\"reason\":[]}", null)]
    [InlineData("nothing", null)]
    public async Task A_reason_that_cannot_be_kept_is_refused_and_nothing_is_done(string body, string? member)
    {
        var id = await system.CreateUserAsync();
        using var client = await system.UserWriterAsync();
        using var content = new StringContent(body.Replace("$long", new string('x', 501), StringComparison.Ordinal), null, "application/json");

        using var refused = await client.PostAsync($"{UsersApi.Path}/{id}/lock-down", content, Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains(member ?? "", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.False((await client.GetUserAsync(id).BodyAsync()).GetProperty("disabled").GetBoolean());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    [InlineData("{\"reason\":null}")]
    public async Task No_reason_is_needed(string? body)
    {
        var id = await system.CreateUserAsync();
        using var client = await system.UserWriterAsync();
        using var content = body is null ? null : new StringContent(body, null, "application/json");

        await client.PostAsync($"{UsersApi.Path}/{id}/lock-down", content, Cancellation).BodyAsync();
    }

    [Fact]
    public async Task Of_another_version_than_was_read_nothing_is_locked_down()
    {
        var id = await system.CreateUserAsync();
        using var client = await system.UserWriterAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{UsersApi.Path}/{id}/lock-down");
        request.Headers.Add("If-Match", "\"4711\"");

        using var refused = await client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.PreconditionFailed, refused.StatusCode);
        Assert.False((await client.GetUserAsync(id).BodyAsync()).GetProperty("disabled").GetBoolean());
    }

    [Fact]
    public async Task Who_signs_in_at_that_moment_has_no_session_afterwards()
    {
        using var client = await system.UserWriterAsync();
        for (var round = 0; round < 12; round++)
        {
            var name = UsersApi.UniqueName();
            var id = await system.CreateUserAsync(name);
            var visitors = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => system.VisitorAsync()));
            var pages = await Task.WhenAll(visitors.Select(async visitor => await visitor.FollowAsync(await visitor.Http.GetAsync(visitor.AuthorizeUrl(), Cancellation))));

            var signIns = visitors.Zip(pages, (visitor, page) => visitor.PostFormAsync(page, new() { ["username"] = name, ["password"] = RunningSystem.Password })).ToList();
            await Task.Delay(TimeSpan.FromMilliseconds(10 * round), Cancellation);
            await client.ActAsync(id, "lock-down").BodyAsync();
            await Task.WhenAll(signIns);
            foreach (var visitor in visitors)
            {
                visitor.Dispose();
            }

            Assert.Equal(0, await system.InStoreAsync(store => store.Sessions.CountAsync(session => session.UserId == id && session.ClosedAt == null, Cancellation)));
        }
    }

    private static int Count(JsonElement body, string member) => body.GetProperty(member).GetInt32();

    private Task<int> ValidAsync(Guid user) => system.InStoreAsync(async store =>
        await store.Set<OpenIddictEntityFrameworkCoreAuthorization<Guid>>().CountAsync(row => row.Subject == user.ToString() && row.Status == OpenIddictConstants.Statuses.Valid, Cancellation)
        + await store.Set<OpenIddictEntityFrameworkCoreToken<Guid>>().CountAsync(row => row.Subject == user.ToString() && row.Status == OpenIddictConstants.Statuses.Valid, Cancellation));

    private Task<int> ConsentAsync(Guid user) => system.InStoreAsync(store =>
    {
        store.Add(new OpenIddictEntityFrameworkCoreAuthorization<Guid>
        {
            Id = Guid.CreateVersion7(),
            CreationDate = TimeProvider.System.GetUtcNow().UtcDateTime,
            Status = OpenIddictConstants.Statuses.Valid,
            Subject = user.ToString(),
            Type = OpenIddictConstants.AuthorizationTypes.Permanent,
        });
        return store.SaveChangesAsync(Cancellation);
    });

    /// <summary>The types of the events about the user that the answer leads to, once they are there; those of before are left out.</summary>
    private async Task<List<string>> TimelineAsync(JsonElement done)
    {
        var id = done.GetProperty("userId").GetGuid();
        using var auditor = await system.ClientWithAsync([Scopes.AuditRead]);
        await system.EventAsync(id, "user.locked-down");
        var types = new List<string>();
        await UntilAsync(async () =>
        {
            var before = types.Count;
            types = [.. (await auditor.GetAsync(new Uri(done.Text("timeline")!, UriKind.Relative), Cancellation).BodyAsync()).GetProperty("events").EnumerateArray()
                .Select(item => item.GetProperty("event").Text("type")!).Where(type => type.StartsWith("user.", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
            await Task.Delay(TimeSpan.FromMilliseconds(500), Cancellation);
            return types.Count == before;
        });
        return types;
    }

    private static async Task<bool> SetsPasswordAsync(WebVisitor visitor, string link)
    {
        var page = await visitor.FollowAsync(await visitor.Http.GetAsync(new Uri(link), Cancellation));
        if (!(await page.Content.ReadAsStringAsync(Cancellation)).Contains("passwordConfirmation", StringComparison.Ordinal))
        {
            return false;
        }

        using var answer = await visitor.SubmitAsync(page, new() { ["password"] = NewPassword, ["passwordConfirmation"] = NewPassword });
        return answer.StatusCode == HttpStatusCode.OK;
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        for (var tries = 0; tries < 50; tries++)
        {
            if (await isSo())
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), Cancellation);
        }

        Assert.Fail("Not so within five seconds.");
    }
}
