using Microsoft.EntityFrameworkCore;

namespace UserDomain.RoleApi.Tests;

public sealed class SavingTests(RunningSystem system)
{
    private const int AtOnce = 5;

    private static readonly TimeSpan UntilItWaits = TimeSpan.FromMilliseconds(500);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Things.All), MemberType = typeof(Things))]
    public async Task Of_many_creations_of_one_thing_at_once_one_succeeds_and_the_others_are_told(string resource)
    {
        using var client = await system.ManagerAsync();
        var body = await system.NewAsync(client, resource);

        var answers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => client.PostJsonAsync(resource, body)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        foreach (var refused in answers.Where(answer => answer.StatusCode != HttpStatusCode.Created))
        {
            await Task.FromResult(refused).ProblemAsync(HttpStatusCode.Conflict, Things.Taken(resource));
        }
    }

    [Theory]
    [MemberData(nameof(Things.Named), MemberType = typeof(Things))]
    public async Task Of_many_changes_at_once_each_is_made_on_what_it_saw_or_refused(string resource)
    {
        using var client = await system.ManagerAsync();
        var path = $"{resource}/{await client.CreateAsync(resource, new { name = Things.NewName(resource) })}";

        var answers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(n => client.PatchJsonAsync(path, new { description = $"{n}" })));
        var read = await client.ReadAsync(path).BodyAsync();

        Assert.All(answers, answer => Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.Conflict }));
        Assert.Equal(1 + answers.Count(answer => answer.IsSuccessStatusCode), read.GetProperty("version").GetInt64());
    }

    [Theory]
    [MemberData(nameof(Things.Named), MemberType = typeof(Things))]
    public async Task API_03_Of_many_changes_of_one_version_at_once_one_is_made(string resource)
    {
        using var client = await system.ManagerAsync();
        var path = $"{resource}/{await client.CreateAsync(resource, new { name = Things.NewName(resource) })}";

        var answers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(n => client.SendAsync("PATCH", path, new { description = $"{n}" }, ("If-Match", "\"1\""))));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(AtOnce - 1, answers.Count(answer => answer.StatusCode == HttpStatusCode.PreconditionFailed));
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Conflict, "changed-meanwhile")]
    [InlineData("*", HttpStatusCode.PreconditionFailed, "version-mismatch")]
    public async Task A_change_that_somebody_else_overtakes_is_refused(string? ifMatch, HttpStatusCode status, string name)
    {
        using var client = await system.ManagerAsync();
        var group = await client.CreateGroupAsync();
        HttpResponseMessage? answer = null;

        // A request that comes late sees the other change and is right to be made on it: it has to be one that came before.
        for (var attempt = 0; attempt < 10 && answer?.StatusCode is null or HttpStatusCode.OK; attempt++)
        {
            answer = await DuringAsync(
                store => store.Groups.Where(row => row.Id == group).ExecuteUpdateAsync(set => set.SetProperty(row => row.Version, row => row.Version + 1), Cancellation),
                () => client.SendAsync("PATCH", $"groups/{group}", new { description = $"{attempt}" }, ifMatch is null ? [] : [("If-Match", ifMatch)]));
        }

        await Task.FromResult(answer!).ProblemAsync(status, name);
    }

    [Fact]
    public async Task A_role_is_not_given_to_a_user_who_is_deleted_at_the_same_time()
    {
        using var client = await system.ManagerAsync();
        var role = await client.CreateRoleAsync();
        var user = await system.CreateUserAsync();

        var answer = DuringAsync(
            store => store.Users.Where(row => row.Id == user).ExecuteDeleteAsync(Cancellation),
            () => client.PostJsonAsync("role-assignments", new { roleId = role, userId = user }));

        // SQLite has one writer at a time, so there the request begins after the deletion.
        await (await system.InStoreAsync(store => Task.FromResult(store.Database.IsNpgsql()))
            ? answer.ProblemAsync(HttpStatusCode.Conflict, "reference-changed")
            : answer.ProblemAsync(HttpStatusCode.UnprocessableEntity, "unknown-user"));
    }

    /// <summary>Sends a request while a change is made but not committed.</summary>
    private Task<HttpResponseMessage> DuringAsync(Func<IdentityStore.IdentityStoreContext, Task<int>> change, Func<Task<HttpResponseMessage>> request) =>
        system.InStoreAsync(async store =>
        {
            await using var transaction = await store.Database.BeginTransactionAsync(Cancellation);
            await change(store);
            var answer = request();
            await Task.Delay(UntilItWaits, Cancellation);
            await transaction.CommitAsync(Cancellation);
            return await answer;
        });
}
