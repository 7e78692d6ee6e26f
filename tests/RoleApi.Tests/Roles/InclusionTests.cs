namespace UserDomain.RoleApi.Tests.Roles;

public sealed class InclusionTests(RunningSystem system)
{
    [Fact]
    public async Task A_role_never_includes_itself_directly_or_through_others()
    {
        using var client = await system.ManagerAsync();
        var bottom = await CreateAsync(client);
        var middle = await CreateAsync(client, bottom.Name);
        var top = await CreateAsync(client, middle.Name);

        await IncludeAsync(client, bottom.Id, bottom.Name).ProblemAsync(HttpStatusCode.UnprocessableEntity, "role-inclusion-cycle");
        await IncludeAsync(client, bottom.Id, middle.Name).ProblemAsync(HttpStatusCode.UnprocessableEntity, "role-inclusion-cycle");
        await IncludeAsync(client, bottom.Id, top.Name).ProblemAsync(HttpStatusCode.UnprocessableEntity, "role-inclusion-cycle");
        await IncludeAsync(client, top.Id, middle.Name, bottom.Name).BodyAsync();
    }

    [Fact]
    public async Task Of_two_changes_at_once_that_close_a_cycle_together_one_is_refused()
    {
        using var client = await system.ManagerAsync();
        for (var round = 0; round < 10; round++)
        {
            var first = await CreateAsync(client);
            var second = await CreateAsync(client);

            var answers = await Task.WhenAll(IncludeAsync(client, first.Id, second.Name), IncludeAsync(client, second.Id, first.Name));

            Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
            await Task.FromResult(answers.Single(answer => answer.StatusCode != HttpStatusCode.OK)).ProblemAsync(HttpStatusCode.UnprocessableEntity, "role-inclusion-cycle");
        }
    }

    [Fact]
    public async Task No_role_leads_to_others_on_more_than_a_thousand_paths()
    {
        using var client = await system.ManagerAsync();

        // One path to itself, and as many again through each of two roles: 1, 3, 7 and so on up to 511.
        string[] layer = [(await CreateAsync(client)).Name, (await CreateAsync(client)).Name];
        var below = layer;
        for (var depth = 1; depth < 9; depth++)
        {
            below = layer;
            layer = [(await CreateAsync(client, layer)).Name, (await CreateAsync(client, layer)).Name];
        }

        await client.PostJsonAsync("roles", new { name = RoleCalls.UniqueName(), includes = layer }).ProblemAsync(HttpStatusCode.UnprocessableEntity, "role-inclusion-too-wide");
        var top = await CreateAsync(client, layer[0]);
        var twin = await CreateAsync(client, below[0]);
        await IncludeAsync(client, top.Id, layer[0], twin.Name).BodyAsync();
        await IncludeAsync(client, twin.Id, layer[1]).ProblemAsync(HttpStatusCode.UnprocessableEntity, "role-inclusion-too-wide");
    }

    [Fact]
    public async Task A_role_that_others_include_is_not_deleted_and_they_are_named()
    {
        using var client = await system.ManagerAsync();
        var included = await CreateAsync(client);
        var first = await CreateAsync(client, included.Name);
        var second = await CreateAsync(client, included.Name);

        var problem = await client.RemoveAsync($"roles/{included.Id}").ProblemAsync(HttpStatusCode.Conflict, "role-included");
        await client.RemoveAsync($"roles/{first.Id}").DoneAsync();
        await IncludeAsync(client, second.Id).BodyAsync();
        await client.RemoveAsync($"roles/{included.Id}").DoneAsync();

        Assert.Contains(first.Name, problem.Text("detail"), StringComparison.Ordinal);
        Assert.Contains(second.Name, problem.Text("detail"), StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> IncludeAsync(HttpClient client, Guid role, params string[] includes) => client.PatchJsonAsync($"roles/{role}", new { includes });

    private static async Task<(Guid Id, string Name)> CreateAsync(HttpClient client, params string[] includes)
    {
        var name = RoleCalls.UniqueName();
        return (await client.CreateAsync("roles", new { name, includes }), name);
    }
}
