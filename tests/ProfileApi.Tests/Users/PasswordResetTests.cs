using Microsoft.EntityFrameworkCore;

namespace UserDomain.ProfileApi.Tests.Users;

public sealed class PasswordResetTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_link_leads_to_the_page_and_lives_as_long_as_the_user_needs_it()
    {
        using var client = await system.UserWriterAsync();
        var invited = await client.CreateAsync();
        var known = await system.CreateUserAsync(password: "correct horse battery staple");

        var invitation = await client.ActAsync(invited, "password-reset").BodyAsync();
        var reset = await client.ActAsync(known, "password-reset").BodyAsync();

        Assert.Matches($"^{system.PublicUrl}account/reset-password\\?code=[A-Za-z0-9_-]{{43}}$", invitation.Text("url"));
        Assert.Equal(TimeSpan.FromHours(24), await LifetimeAsync(invited));
        Assert.Equal(TimeSpan.FromMinutes(15), await LifetimeAsync(known));
        Assert.True(reset.GetProperty("expiresAt").GetDateTimeOffset() < invitation.GetProperty("expiresAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task Of_many_links_only_the_newest_works_even_when_they_are_made_at_once()
    {
        using var client = await system.UserWriterAsync();
        var id = await client.CreateAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.ActAsync(id, "password-reset")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(1, await system.InStoreAsync(store => store.OneTimeCodes.CountAsync(code => code.UserId == id, Cancellation)));
    }

    [Fact]
    public async Task The_audit_trail_tells_of_the_link_but_not_the_code()
    {
        using var client = await system.UserWriterAsync();
        var id = await client.CreateAsync();

        var link = await client.ActAsync(id, "password-reset").BodyAsync();
        var found = await system.EventAsync(id, "user.password-link-created");

        Assert.DoesNotContain(link.Text("url")!.Split('=')[1], found.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_resets_the_password_of_somebody_with_more_rights()
    {
        var manager = await system.CreateUserAsync(roles: "user-manager");
        using var client = await system.SignedInAsync(manager, "users:write");
        var auditor = await system.CreateUserAsync(roles: "auditor");

        await client.ActAsync(auditor, "password-reset").ProblemAsync(HttpStatusCode.Forbidden, "target-above-caller");
    }

    private Task<TimeSpan> LifetimeAsync(Guid user) => system.InStoreAsync(async store =>
    {
        var code = await store.OneTimeCodes.SingleAsync(code => code.UserId == user, Cancellation);
        return code.ExpiresAt - code.CreatedAt;
    });
}
