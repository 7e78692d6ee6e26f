using Microsoft.EntityFrameworkCore;

namespace UserDomain.ProfileApi.Tests.Users;

public sealed class UpdateUserTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_absent_member_stays_and_an_empty_one_is_cleared()
    {
        using var client = await system.UserWriterAsync();
        var id = await client.CreateAsync();
        await client.PatchUserAsync(id, new { displayName = "Ann", givenName = "Ann", locale = "en", zoneInfo = "UTC", attributes = new { a = "1", b = "2" } }).BodyAsync();

        var user = await client.PatchUserAsync(id, new { displayName = "", attributes = new { b = "3" } }).BodyAsync();

        Assert.Null(user.Text("displayName"));
        Assert.Equal("Ann", user.Text("givenName"));
        Assert.Equal("UTC", user.Text("zoneInfo"));
        Assert.Equal("""{"b":"3"}""", user.GetProperty("attributes").GetRawText());
        Assert.Equal(3, user.GetProperty("version").GetInt64());
    }

    [Fact]
    public async Task A_request_that_changes_nothing_makes_no_new_version()
    {
        using var client = await system.UserWriterAsync();
        var id = await client.CreateAsync();

        var user = await client.PatchUserAsync(id, new { displayName = "" }).BodyAsync();

        Assert.Equal(1, user.GetProperty("version").GetInt64());
    }

    [Theory]
    [InlineData("userName", "")]
    [InlineData("email", "")]
    [InlineData("email", "nobody")]
    [InlineData("displayName", "A\u0007B")]
    [InlineData("locale", "x")]
    [InlineData("zoneInfo", "Mars/Base")]
    public async Task A_member_outside_of_its_bounds_is_named(string member, string value)
    {
        using var client = await system.UserWriterAsync();
        var id = await client.CreateAsync();

        await client.PatchUserAsync(id, new Dictionary<string, string> { [member] = value }).RefusedAsync(member);
    }

    [Theory]
    [InlineData("emailVerified")]
    [InlineData("id")]
    [InlineData("createdAt")]
    [InlineData("disabled")]
    [InlineData("password")]
    [InlineData("version")]
    public async Task A_member_nobody_may_set_is_refused(string member)
    {
        using var client = await system.UserWriterAsync();
        var id = await client.CreateAsync();

        await client.PatchUserAsync(id, new Dictionary<string, bool> { [member] = true }).ProblemAsync(HttpStatusCode.BadRequest, "unreadable-request");
    }

    [Fact]
    public async Task A_new_address_is_unverified_and_voids_the_links_made_before()
    {
        using var client = await system.UserWriterAsync();
        var id = await system.CreateUserAsync();
        await system.InStoreAsync(store => store.Users.Where(user => user.Id == id).ExecuteUpdateAsync(set => set.SetProperty(user => user.EmailConfirmed, true), Cancellation));
        await client.ActAsync(id, "password-reset").BodyAsync();

        var user = await client.PatchUserAsync(id, new { email = $"{UsersApi.UniqueName()}@example.test" }).BodyAsync();

        Assert.False(user.GetProperty("emailVerified").GetBoolean());
        Assert.False(await system.InStoreAsync(store => store.OneTimeCodes.AnyAsync(code => code.UserId == id, Cancellation)));
    }

    [Fact]
    public async Task A_name_or_address_of_somebody_else_is_taken()
    {
        using var client = await system.UserWriterAsync();
        var name = UsersApi.UniqueName();
        await client.CreateAsync(name);
        var id = await client.CreateAsync();

        await client.PatchUserAsync(id, new { userName = name.ToUpperInvariant() }).ProblemAsync(HttpStatusCode.Conflict, "user-name-taken");
        await client.PatchUserAsync(id, new { email = $"{name}@EXAMPLE.test" }).ProblemAsync(HttpStatusCode.Conflict, "email-taken");
    }

    [Fact]
    public async Task A_change_for_another_version_is_refused()
    {
        using var client = await system.UserWriterAsync();
        var id = await client.CreateAsync();

        await client.PatchUserAsync(id, new { displayName = "A" }, ifMatch: "\"1\"").BodyAsync();
        await client.PatchUserAsync(id, new { displayName = "B" }, ifMatch: "\"1\"").ProblemAsync(HttpStatusCode.PreconditionFailed, "version-mismatch");
    }

    [Fact]
    public async Task Of_many_changes_at_once_each_is_made_on_what_it_saw_or_refused()
    {
        using var client = await system.UserWriterAsync();
        var id = await client.CreateAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => client.PatchUserAsync(id, new { displayName = $"N{n}" })));
        var user = await client.GetUserAsync(id).BodyAsync();

        Assert.All(answers, answer => Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.PreconditionFailed }));
        Assert.Equal(1 + answers.Count(answer => answer.IsSuccessStatusCode), user.GetProperty("version").GetInt64());
    }

    [Fact]
    public async Task How_somebody_with_more_rights_signs_in_is_not_changed_from_below()
    {
        using var client = await system.UserWriterAsync();
        var auditor = await system.CreateUserAsync(roles: "auditor");

        await client.PatchUserAsync(auditor, new { email = $"{UsersApi.UniqueName()}@example.test" }).ProblemAsync(HttpStatusCode.Forbidden, "target-above-caller");
        await client.PatchUserAsync(auditor, new { userName = UsersApi.UniqueName() }).ProblemAsync(HttpStatusCode.Forbidden, "target-above-caller");
        await client.PatchUserAsync(auditor, new { displayName = "Auditor" }).BodyAsync();
    }

    [Fact]
    public async Task A_change_is_in_the_audit_trail_with_what_differs_and_no_more()
    {
        using var client = await system.UserWriterAsync();
        var id = await client.CreateAsync();

        await client.PatchUserAsync(id, new { displayName = "Ann" }).BodyAsync();
        var found = await system.EventAsync(id, "user.updated");

        Assert.Equal("Ann", found.GetProperty("after").Text("displayName"));
        Assert.Null(found.GetProperty("before").Text("displayName"));
        Assert.False(found.GetProperty("after").TryGetProperty("userName", out _));
    }
}
