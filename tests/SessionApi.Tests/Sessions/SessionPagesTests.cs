namespace UserDomain.SessionApi.Tests.Sessions;

public sealed class SessionPagesTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Pages_follow_each_other_newest_first_without_gap_or_repetition(int limit)
    {
        using var manager = await system.SessionManagerAsync();
        var (user, opened) = await OpenFiveAsync(manager);

        var seen = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = await manager.ListAsync($"user={user}&limit={limit}{(cursor is null ? "" : $"&cursor={cursor}")}");
            Assert.InRange(page.Items().Count, 1, limit);
            seen.AddRange(page.Ids());
            cursor = page.Text("nextCursor");
        }
        while (cursor is not null);

        Assert.Equal(opened.OrderDescending(), seen);
    }

    [Fact]
    public async Task A_session_opened_in_the_meantime_does_not_move_what_comes_next()
    {
        using var manager = await system.SessionManagerAsync();
        var (user, opened) = await OpenFiveAsync(manager);
        var first = await manager.ListAsync($"user={user}&limit=2");
        await manager.OpenAsync(user);

        var second = await manager.ListAsync($"user={user}&limit=3&cursor={first.Text("nextCursor")}");

        Assert.Equal(opened.OrderDescending(), [.. first.Ids(), .. second.Ids()]);
    }

    [Theory]
    [InlineData("limit", "limit=0")]
    [InlineData("limit", "limit=-1")]
    [InlineData("limit", "limit=201")]
    [InlineData("cursor", "cursor=nonsense")]
    [InlineData("cursor", "cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("state", "state=asleep")]
    [InlineData("state", "state=0")]
    public async Task A_list_refuses_what_it_cannot_answer_and_names_it(string member, string query)
    {
        using var manager = await system.SessionManagerAsync();

        await manager.GetAsync($"{SessionsApi.Path}?{query}", Cancellation).RefusedAsync(member);
    }

    [Fact]
    public async Task A_cursor_longer_than_any_of_ours_is_refused()
    {
        using var manager = await system.SessionManagerAsync();

        await manager.GetAsync($"{SessionsApi.Path}?cursor={new string('A', 1025)}", Cancellation).RefusedAsync("cursor");
    }

    [Theory]
    [InlineData("limit=many")]
    [InlineData("user=somebody")]
    public async Task A_filter_that_cannot_be_read_is_refused(string query)
    {
        using var manager = await system.SessionManagerAsync();

        await manager.GetAsync($"{SessionsApi.Path}?{query}", Cancellation).ProblemAsync(HttpStatusCode.BadRequest, "unreadable-request");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    public async Task A_page_of_one_and_of_two_hundred_can_be_asked_for(int limit)
    {
        using var manager = await system.SessionManagerAsync();
        await OpenFiveAsync(manager);

        Assert.InRange((await manager.ListAsync($"limit={limit}")).Items().Count, 1, limit);
    }

    [Fact]
    public async Task API_02_A_cursor_that_was_changed_at_any_place_is_refused()
    {
        using var manager = await system.SessionManagerAsync();
        var (user, _) = await OpenFiveAsync(manager);
        var cursor = (await manager.ListAsync($"user={user}&limit=2")).Text("nextCursor")!;

        foreach (var place in new[] { 0, cursor.Length / 2, cursor.Length - 5 })
        {
            var changed = cursor[..place] + (cursor[place] == 'A' ? 'B' : 'A') + cursor[(place + 1)..];
            await manager.GetAsync($"{SessionsApi.Path}?user={user}&limit=2&cursor={changed}", Cancellation).RefusedAsync("cursor");
        }
    }

    [Fact]
    public async Task API_02_A_cursor_of_another_filter_or_another_list_is_refused()
    {
        using var manager = await system.SessionManagerAsync();
        using var users = await system.ClientWithAsync(["users:read"]);
        var (user, _) = await OpenFiveAsync(manager);
        var cursor = (await manager.ListAsync($"user={user}&limit=2")).Text("nextCursor");
        var ofUsers = (await users.GetAsync("api/v1/users?limit=1", Cancellation).BodyAsync()).Text("nextCursor");

        await manager.GetAsync($"{SessionsApi.Path}?limit=2&cursor={cursor}", Cancellation).RefusedAsync("cursor");
        await manager.GetAsync($"{SessionsApi.Path}?user={user}&state=open&limit=2&cursor={cursor}", Cancellation).RefusedAsync("cursor");
        await manager.GetAsync($"{SessionsApi.Path}?user={Guid.CreateVersion7()}&limit=2&cursor={cursor}", Cancellation).RefusedAsync("cursor");
        await manager.GetAsync($"{SessionsApi.Path}?cursor={ofUsers}", Cancellation).RefusedAsync("cursor");
    }

    private async Task<(Guid User, List<Guid> Sessions)> OpenFiveAsync(HttpClient manager)
    {
        var user = await system.CreateUserAsync();
        var opened = new List<Guid>();
        for (var count = 0; count < 5; count++)
        {
            opened.Add(await manager.OpenAsync(user));
        }

        return (user, opened);
    }
}
