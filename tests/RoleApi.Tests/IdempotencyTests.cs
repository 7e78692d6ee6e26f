namespace UserDomain.RoleApi.Tests;

public sealed class IdempotencyTests(RunningSystem system)
{
    private const string Header = "Idempotency-Key";

    [Theory]
    [MemberData(nameof(Things.All), MemberType = typeof(Things))]
    public async Task API_03_A_repeated_creation_gets_the_first_answer_and_happens_once(string resource)
    {
        using var client = await system.ManagerAsync();
        var body = await system.NewAsync(client, resource);
        var key = RoleCalls.UniqueName();

        using var first = await client.SendAsync("POST", resource, body, (Header, key));
        using var second = await client.SendAsync("POST", resource, body, (Header, key));
        var created = await Task.FromResult(first).BodyAsync(HttpStatusCode.Created);
        var repeated = await Task.FromResult(second).BodyAsync(HttpStatusCode.Created);
        await client.RemoveAsync($"{resource}/{created.Id()}").DoneAsync();
        var kind = Things.Kind(resource);
        var events = await system.EventsAsync(created.Id(), $"{kind}.deleted");

        Assert.Equal(created.GetRawText(), repeated.GetRawText());
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
        Assert.Equal(first.Content.Headers.ContentType, second.Content.Headers.ContentType);
        Assert.Equal([$"{kind}.created", $"{kind}.deleted"], events.Types());
    }

    [Theory]
    [MemberData(nameof(Things.All), MemberType = typeof(Things))]
    public async Task API_03_Of_many_repetitions_at_once_one_creates_and_all_get_its_answer(string resource)
    {
        using var client = await system.ManagerAsync();
        var body = await system.NewAsync(client, resource);
        var key = RoleCalls.UniqueName();

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => client.SendAsync("POST", resource, body, (Header, key)).BodyAsync(HttpStatusCode.Created)));

        Assert.Single(answers.Select(answer => answer.Id()).Distinct());
    }

    [Theory]
    [MemberData(nameof(Things.Named), MemberType = typeof(Things))]
    public async Task API_03_Another_body_with_a_used_key_is_refused_and_creates_nothing(string resource)
    {
        using var client = await system.ManagerAsync();
        var key = RoleCalls.UniqueName();
        var other = Things.NewName(resource);
        await client.SendAsync("POST", resource, new { name = Things.NewName(resource) }, (Header, key)).BodyAsync(HttpStatusCode.Created);

        await client.SendAsync("POST", resource, new { name = other }, (Header, key)).ProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
        var found = await client.ReadAsync($"{resource}?query={other}").BodyAsync();

        Assert.Empty(found.Items());
    }

    [Fact]
    public async Task API_03_A_key_belongs_to_the_caller_and_the_resource_it_was_used_for()
    {
        using var client = await system.ManagerAsync();
        using var other = await system.ManagerAsync();
        var key = RoleCalls.UniqueName();
        var name = RoleCalls.UniqueName();
        var role = await client.SendAsync("POST", "roles", new { name }, (Header, key)).BodyAsync(HttpStatusCode.Created);

        var group = await client.SendAsync("POST", "groups", new { name }, (Header, key)).BodyAsync(HttpStatusCode.Created);
        await other.SendAsync("POST", "roles", new { name }, (Header, key)).ProblemAsync(HttpStatusCode.Conflict, "role-name-taken");

        Assert.NotEqual(role.Id(), group.Id());
    }

    [Fact]
    public async Task API_03_A_refused_request_leaves_its_key_unused()
    {
        using var client = await system.ManagerAsync();
        var key = RoleCalls.UniqueName();
        var taken = RoleCalls.UniqueName();
        await client.CreateAsync("roles", new { name = taken });

        await client.SendAsync("POST", "roles", new { name = taken }, (Header, key)).ProblemAsync(HttpStatusCode.Conflict, "role-name-taken");
        await client.SendAsync("POST", "roles", new { name = RoleCalls.UniqueName() }, (Header, key)).BodyAsync(HttpStatusCode.Created);
    }

    [Theory]
    [MemberData(nameof(Things.All), MemberType = typeof(Things))]
    public async Task A_key_outside_of_its_bounds_is_named(string resource)
    {
        using var client = await system.ManagerAsync();
        var body = await system.NewAsync(client, resource);

        await client.SendAsync("POST", resource, body, (Header, "")).RefusedAsync(Header);
        await client.SendAsync("POST", resource, body, (Header, new string('k', 201))).RefusedAsync(Header);
        await client.SendAsync("POST", resource, body, (Header, RoleCalls.UniqueName() + new string('k', 160))).BodyAsync(HttpStatusCode.Created);
    }
}
