using Microsoft.EntityFrameworkCore;
using UserDomain.IdentityStore.Groups;
using UserDomain.IdentityStore.Sessions;

namespace UserDomain.ProfileApi.Tests.Users;

public sealed class EndUserTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Disabling_closes_the_sessions_and_revokes_everything_of_the_user()
    {
        using var client = await system.UserWriterAsync();
        var id = await system.CreateUserAsync();
        using var user = await system.SignedInAsync(id, "profile:self");

        var answer = await client.ActAsync(id, "disable").BodyAsync();

        Assert.True(answer.GetProperty("disabled").GetBoolean());
        Assert.Equal(SessionCloseReasons.UserDisabled, await CloseReasonAsync(id));
        Assert.True(await IsRevokedAsync(id));
        await system.EventAsync(id, "user.disabled");
    }

    [Fact]
    public async Task Disabling_and_enabling_twice_changes_nothing_more()
    {
        using var client = await system.UserWriterAsync();
        var id = await client.CreateAsync();

        var disabled = await client.ActAsync(id, "disable").BodyAsync();
        var again = await client.ActAsync(id, "disable").BodyAsync();
        var enabled = await client.ActAsync(id, "enable").BodyAsync();
        var enabledAgain = await client.ActAsync(id, "enable").BodyAsync();

        Assert.Equal(disabled.GetRawText(), again.GetRawText());
        Assert.False(enabled.GetProperty("disabled").GetBoolean());
        Assert.Equal(enabled.GetRawText(), enabledAgain.GetRawText());
        await system.EventAsync(id, "user.enabled");
    }

    [Fact]
    public async Task Deleting_leaves_no_session_role_or_membership_and_frees_the_name_for_a_new_subject()
    {
        using var client = await system.AllPowerfulAsync();
        var name = UsersApi.UniqueName();
        var id = await system.CreateUserAsync(name, password: null, "auditor");
        using var user = await system.SignedInAsync(id, "profile:self");
        var group = await JoinNewGroupAsync(id);

        using var answer = await client.DeleteUserAsync(id);
        await client.GetUserAsync(id).ProblemAsync(HttpStatusCode.NotFound, "user-not-found");
        var successor = await client.CreateAsync(name);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(SessionCloseReasons.UserDeleted, await CloseReasonAsync(id));
        Assert.True(await IsRevokedAsync(id));
        Assert.False(await system.InStoreAsync(store => store.RoleAssignments.AnyAsync(row => row.UserId == id, Cancellation)));
        Assert.False(await system.InStoreAsync(store => store.GroupMembers.AnyAsync(row => row.UserId == id, Cancellation)));
        Assert.Equal(id.ToString(), (await system.EventAsync(group, "group.updated")).GetProperty("before").GetProperty("member").Text("id"));
        Assert.NotEqual(id, successor);
        await system.EventAsync(id, "user.deleted");
    }

    [Theory]
    [InlineData("disable")]
    [InlineData("lock-down")]
    [InlineData("enable")]
    [InlineData("password-reset")]
    [InlineData("")]
    public async Task A_user_that_does_not_exist_is_not_found(string action)
    {
        using var client = await system.UserWriterAsync();
        var nobody = Guid.CreateVersion7();

        await (action.Length == 0 ? client.DeleteUserAsync(nobody) : client.ActAsync(nobody, action)).ProblemAsync(HttpStatusCode.NotFound, "user-not-found");
    }

    [Fact]
    public async Task Nobody_disables_locks_down_or_deletes_themselves()
    {
        var manager = await system.CreateUserAsync(roles: "user-manager");
        using var client = await system.SignedInAsync(manager, "users:write");

        await client.ActAsync(manager, "disable").ProblemAsync(HttpStatusCode.Conflict, "self-not-allowed");
        await client.ActAsync(manager, "lock-down").ProblemAsync(HttpStatusCode.Conflict, "self-not-allowed");
        await client.DeleteUserAsync(manager).ProblemAsync(HttpStatusCode.Conflict, "self-not-allowed");
    }

    [Fact]
    public async Task Somebody_with_more_rights_is_not_disabled_enabled_or_deleted_from_below()
    {
        var manager = await system.CreateUserAsync(roles: "user-manager");
        using var client = await system.SignedInAsync(manager, "users:write");
        var auditor = await system.CreateUserAsync(roles: "auditor");

        await client.ActAsync(auditor, "disable").ProblemAsync(HttpStatusCode.Forbidden, "target-above-caller");
        await client.ActAsync(auditor, "lock-down").ProblemAsync(HttpStatusCode.Forbidden, "target-above-caller");
        await client.ActAsync(auditor, "enable").ProblemAsync(HttpStatusCode.Forbidden, "target-above-caller");
        await client.DeleteUserAsync(auditor).ProblemAsync(HttpStatusCode.Forbidden, "target-above-caller");
    }

    [Fact]
    public async Task A_deletion_for_another_version_is_refused()
    {
        using var client = await system.UserWriterAsync();
        var id = await client.CreateAsync();
        client.DefaultRequestHeaders.Add("If-Match", "\"7\"");

        await client.DeleteUserAsync(id).ProblemAsync(HttpStatusCode.PreconditionFailed, "version-mismatch");
        await client.ActAsync(id, "disable").ProblemAsync(HttpStatusCode.PreconditionFailed, "version-mismatch");
    }

    private Task<string?> CloseReasonAsync(Guid user) => system.InStoreAsync(store =>
        store.Sessions.Where(session => session.UserId == user).Select(session => session.CloseReason).SingleAsync(Cancellation));

    private Task<Guid> JoinNewGroupAsync(Guid user) => system.InStoreAsync(async store =>
    {
        var name = UsersApi.UniqueName("group");
        var now = TimeProvider.System.GetUtcNow();
        var group = new Group { Id = Guid.CreateVersion7(), Name = name, NormalizedName = name.ToUpperInvariant(), CreatedAt = now, UpdatedAt = now };
        group.Members.Add(new() { GroupId = group.Id, UserId = user });
        store.Groups.Add(group);
        await store.SaveChangesAsync(Cancellation);
        return group.Id;
    });

    private Task<bool> IsRevokedAsync(Guid user) => system.InStoreAsync(store =>
        store.Revocations.AnyAsync(row => row.Kind == RevocationKinds.User && row.Value == user.ToString(), Cancellation));
}
