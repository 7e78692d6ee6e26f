using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Roles;

namespace UserDomain.RoleApi.Tests.Rights;

/// <summary>No other class may make administrators of users: these tests need to know who is the last.</summary>
public sealed class LastAdministratorTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AUZ_04_The_role_of_the_last_administrator_is_not_taken_away()
    {
        using var client = await system.AdministratorAsync();
        await RetireAllAsync();
        var last = await NewAdministratorAsync(client);
        await DisableAsync(await NewAdministratorAsync(client));

        await RefusedAsync(client.RemoveAsync($"role-assignments/{last.Assignment}"));
        var other = await NewAdministratorAsync(client);
        await client.RemoveAsync($"role-assignments/{last.Assignment}").DoneAsync();
        await RefusedAsync(client.RemoveAsync($"role-assignments/{other.Assignment}"));
    }

    [Fact]
    public async Task AUZ_04_The_last_administrator_by_a_group_stays_in_it_and_it_stays()
    {
        using var client = await system.AdministratorAsync();
        await RetireAllAsync();
        var (group, member) = (await client.CreateGroupAsync(), await system.CreateUserAsync());
        await client.SendAsync("PUT", $"groups/{group}/members/{member}").DoneAsync();
        var assignment = await client.CreateAsync("role-assignments", new { roleId = await RoleAsync(), groupId = group });

        await RefusedAsync(client.RemoveAsync($"groups/{group}/members/{member}"));
        await RefusedAsync(client.RemoveAsync($"groups/{group}"));
        await RefusedAsync(client.RemoveAsync($"role-assignments/{assignment}"));
        var second = await system.CreateUserAsync();
        await client.SendAsync("PUT", $"groups/{group}/members/{second}").DoneAsync();
        await client.RemoveAsync($"groups/{group}/members/{member}").DoneAsync();
        await RefusedAsync(client.RemoveAsync($"groups/{group}/members/{second}"));
    }

    [Fact]
    public async Task AUZ_04_The_last_administrator_by_inclusion_keeps_the_role_and_it_keeps_including()
    {
        using var client = await system.AdministratorAsync();
        await RetireAllAsync();
        var role = await client.CreateAsync("roles", new { name = RoleCalls.UniqueName(), includes = new[] { BuiltInRoles.Administrator } });
        await client.CreateAsync("role-assignments", new { roleId = role, userId = await system.CreateUserAsync() });

        await RefusedAsync(client.PatchJsonAsync($"roles/{role}", new { includes = Array.Empty<string>() }));
        await RefusedAsync(client.RemoveAsync($"roles/{role}"));
        Assert.Equal([BuiltInRoles.Administrator], (await client.ReadAsync($"roles/{role}").BodyAsync()).Texts("includes"));
        await NewAdministratorAsync(client);
        await client.RemoveAsync($"roles/{role}").DoneAsync();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task AUZ_04_Of_several_administrators_removed_at_once_one_stays(int count)
    {
        using var client = await system.AdministratorAsync();
        for (var round = 0; round < 10; round++)
        {
            await RetireAllAsync();
            var assignments = new List<Guid>();
            for (var n = 0; n < count; n++)
            {
                assignments.Add((await NewAdministratorAsync(client)).Assignment);
            }

            await OneStaysAsync([.. assignments.Select(assignment => client.RemoveAsync($"role-assignments/{assignment}"))]);
        }
    }

    [Fact]
    public async Task AUZ_04_Of_two_administrators_removed_in_different_ways_at_once_one_stays()
    {
        using var client = await system.AdministratorAsync();
        for (var round = 0; round < 10; round++)
        {
            await RetireAllAsync();
            var first = await NewAdministratorAsync(client);
            var (group, member) = (await client.CreateGroupAsync(), await system.CreateUserAsync());
            await client.SendAsync("PUT", $"groups/{group}/members/{member}").DoneAsync();
            await client.CreateAsync("role-assignments", new { roleId = await RoleAsync(), groupId = group });

            await OneStaysAsync(client.RemoveAsync($"role-assignments/{first.Assignment}"), client.RemoveAsync($"groups/{group}/members/{member}"));
        }
    }

    private static async Task OneStaysAsync(params Task<HttpResponseMessage>[] requests)
    {
        var answers = await Task.WhenAll(requests);

        await RefusedAsync(Task.FromResult(Assert.Single(answers, answer => answer.StatusCode != HttpStatusCode.NoContent)));
    }

    private static Task<JsonElement> RefusedAsync(Task<HttpResponseMessage> request) => request.ProblemAsync(HttpStatusCode.Conflict, "last-administrator");

    private async Task<(Guid User, Guid Assignment)> NewAdministratorAsync(HttpClient client)
    {
        var user = await system.CreateUserAsync();
        return (user, await client.CreateAsync("role-assignments", new { roleId = await RoleAsync(), userId = user }));
    }

    private Task<Guid> RoleAsync() =>
        system.InStoreAsync(store => store.Roles.Where(row => row.Name == BuiltInRoles.Administrator).Select(row => row.Id).SingleAsync(Cancellation));

    private Task<int> DisableAsync((Guid User, Guid Assignment) administrator) => InTurnAsync(store => store.Users
        .Where(user => user.Id == administrator.User).ExecuteUpdateAsync(set => set.SetProperty(user => user.DisabledAt, user => user.CreatedAt), Cancellation));

    private Task<int> RetireAllAsync() => InTurnAsync(store => store.RoleAssignments
        .Where(row => row.ClientId == null && (row.Role!.Name == BuiltInRoles.Administrator || row.Role.Includes.Any(role => role.Name == BuiltInRoles.Administrator)))
        .ExecuteDeleteAsync(Cancellation));

    // A change that other tests have under way must not see the administrators go.
    private Task<int> InTurnAsync(Func<IdentityStoreContext, Task<int>> change) => system.InStoreAsync(async store =>
    {
        await using var transaction = await store.Database.BeginTransactionAsync(Cancellation);
        await new Administrators(store).LockAsync(Cancellation);
        var count = await change(store);
        await transaction.CommitAsync(Cancellation);
        return count;
    });
}
