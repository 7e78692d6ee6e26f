using Microsoft.EntityFrameworkCore;

namespace UserDomain.ProfileApi.Tests.Users;

/// <summary>No other class may make administrators: these tests need to know who is the last.</summary>
public sealed class LastAdministratorTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_last_enabled_administrator_is_neither_disabled_nor_deleted()
    {
        using var client = await system.AllPowerfulAsync();
        await DisableAllAsync();
        var last = await system.CreateUserAsync(roles: "administrator");

        await client.ActAsync(last, "disable").ProblemAsync(HttpStatusCode.Conflict, "last-administrator");
        await client.ActAsync(last, "lock-down").ProblemAsync(HttpStatusCode.Conflict, "last-administrator");
        await client.DeleteUserAsync(last).ProblemAsync(HttpStatusCode.Conflict, "last-administrator");
        await system.CreateUserAsync(roles: "administrator");
        await client.ActAsync(last, "disable").BodyAsync();
    }

    [Fact]
    public async Task Of_two_administrators_ended_at_once_one_stays()
    {
        using var client = await system.AllPowerfulAsync();
        for (var round = 0; round < 10; round++)
        {
            await DisableAllAsync();
            var first = await system.CreateUserAsync(roles: "administrator");
            var second = await system.CreateUserAsync(roles: "administrator");

            var answers = await Task.WhenAll(client.ActAsync(first, "disable"), client.DeleteUserAsync(second));

            Assert.Single(answers, answer => answer.IsSuccessStatusCode);
            Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Conflict);
        }
    }

    private Task<int> DisableAllAsync() => system.InStoreAsync(store => store.Users
        .Where(user => store.RoleAssignments.Any(row => row.UserId == user.Id && row.Role!.Name == "administrator"))
        .ExecuteUpdateAsync(set => set.SetProperty(user => user.DisabledAt, user => user.CreatedAt), Cancellation));
}
