using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.ProfileApi.Tests.Users;

public sealed class ReadUsersTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_user_that_does_not_exist_is_not_found()
    {
        using var client = await system.UserWriterAsync();

        await client.GetUserAsync(Guid.CreateVersion7()).ProblemAsync(HttpStatusCode.NotFound, "user-not-found");
    }

    [Fact]
    public async Task Pages_follow_each_other_in_the_order_of_user_names_without_gap_or_repetition()
    {
        using var client = await system.UserWriterAsync();
        var prefix = UsersApi.UniqueName("page");
        var names = new List<string>();
        foreach (var suffix in new[] { "c", "a", "E", "b", "D" })
        {
            names.Add(prefix + suffix);
            await client.CreateAsync(prefix + suffix);
        }

        var seen = await client.SearchAsync(prefix, limit: 2);

        Assert.Equal(names.OrderBy(name => name, StringComparer.OrdinalIgnoreCase), seen);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(200)]
    public async Task A_search_lists_user_names_before_addresses_before_display_names_and_everybody_once(int limit)
    {
        using var client = await system.UserWriterAsync();
        var mark = UsersApi.UniqueName("s");
        var expected = new List<string>();
        async Task CreateAsync(string userName, string? email, string? displayName)
        {
            expected.Add(userName);
            var id = await client.CreateAsync(userName, email);
            await client.PatchUserAsync(id, new { displayName }).BodyAsync();
        }

        // Whoever is found by two of them is listed by the first, and what they share is no way out of the list.
        var other = UsersApi.UniqueName("z");
        await CreateAsync($"{mark}-1", $"{mark}-9@example.test", $"{mark} B");
        await CreateAsync($"{mark}-2", $"{other}-2@example.test", null);
        await CreateAsync($"{other}-d", $"{mark}-1@example.test", $"{mark} A");
        await CreateAsync($"{other}-c", $"{mark}-2@example.test", $"{mark} C");
        await CreateAsync($"{other}-b", $"{other}-b@example.test", $"{mark} A");
        await CreateAsync($"{other}-a", $"{other}-a@example.test", $"{mark.ToUpperInvariant()} Same");
        await CreateAsync($"{other}-e", $"{other}-e@example.test", $"{mark} sAME");
        await CreateAsync($"{other}-f", $"{other}-f@example.test", $"{mark} same");

        Assert.Equal(expected, await client.SearchAsync(mark, limit));
        Assert.Equal(expected, await client.SearchAsync($" {mark.ToUpperInvariant()} ", limit));
    }

    [Fact]
    public async Task A_page_can_end_at_the_longest_name_of_any_script()
    {
        using var client = await system.UserWriterAsync();
        var mark = UsersApi.UniqueName("long");
        var longest = mark + new string('名', 200 - mark.Length);
        foreach (var _ in Enumerable.Range(0, 2))
        {
            await client.PatchUserAsync(await client.CreateAsync(), new { displayName = longest }).BodyAsync();
        }

        Assert.Equal(2, (await client.SearchAsync(longest, limit: 1)).Distinct().Count());
    }

    [Fact]
    public async Task A_search_for_nothing_but_spaces_lists_everybody_by_user_name()
    {
        using var client = await system.UserWriterAsync();
        var name = UsersApi.UniqueName();
        await client.CreateAsync(name);

        var seen = await client.SearchAsync("  ", limit: 200);

        Assert.Contains(name, seen);
        Assert.Equal(seen.Distinct().OrderBy(other => other.ToUpperInvariant(), StringComparer.Ordinal), seen);
    }

    [Fact]
    public async Task A_search_finds_the_beginning_of_user_name_address_and_display_name_without_case()
    {
        using var client = await system.UserWriterAsync();
        var mark = UsersApi.UniqueName("m");
        await client.CreateAsync($"{mark}-name", $"{UsersApi.UniqueName()}@example.test");
        await client.CreateAsync(UsersApi.UniqueName(), $"{mark}@example.test");
        var shown = await client.CreateAsync();
        await client.PatchUserAsync(shown, new { displayName = $"{mark}É Person" }).BodyAsync();
        var hidden = await client.CreateAsync();
        await client.PatchUserAsync(hidden, new { displayName = $"The {mark}" }).BodyAsync();

        var all = await client.GetAsync($"{UsersApi.Path}?query={mark.ToUpperInvariant()}", Cancellation).BodyAsync();
        var accented = await client.GetAsync($"{UsersApi.Path}?query={Uri.EscapeDataString($"{mark}é p")}", Cancellation).BodyAsync();

        Assert.Equal(3, all.Items().Count);
        Assert.Equal(shown, Assert.Single(accented.Items()).GetProperty("id").GetGuid());
    }

    [Theory]
    [InlineData("%25")]
    [InlineData("_")]
    [InlineData("%5C")]
    public async Task A_wildcard_in_a_search_is_a_letter_like_any_other(string wildcard)
    {
        using var client = await system.UserWriterAsync();
        var prefix = UsersApi.UniqueName("w");
        await client.CreateAsync(prefix + "x");

        var page = await client.GetAsync($"{UsersApi.Path}?query={prefix}{wildcard}", Cancellation).BodyAsync();

        Assert.Empty(page.Items());
    }

    [Theory]
    [InlineData("limit", "limit=0")]
    [InlineData("limit", "limit=201")]
    [InlineData("query", "query=%00")]
    [InlineData("cursor", "cursor=nonsense")]
    [InlineData("cursor", "cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_list_refuses_what_it_cannot_answer_and_names_it(string member, string query)
    {
        using var client = await system.UserWriterAsync();

        await client.GetAsync($"{UsersApi.Path}?{query}", Cancellation).RefusedAsync(member);
    }

    [Fact]
    public async Task A_cursor_of_a_version_that_sorted_otherwise_is_refused()
    {
        using var client = await system.UserWriterAsync();
        var older = system.PartOf<CursorCodec>().Encode("users?query=ann", "ANNA");

        await client.GetAsync($"{UsersApi.Path}?query=ann&cursor={older}", Cancellation).RefusedAsync("cursor");
    }

    [Fact]
    public async Task A_cursor_of_another_search_is_refused()
    {
        using var client = await system.UserWriterAsync();
        var prefix = UsersApi.UniqueName("cursor");
        await client.CreateAsync(prefix + "a");
        await client.CreateAsync(prefix + "b");
        var page = await client.GetAsync($"{UsersApi.Path}?query={prefix}&limit=1", Cancellation).BodyAsync();

        await client.GetAsync($"{UsersApi.Path}?query=other&cursor={page.Text("nextCursor")}", Cancellation).RefusedAsync("cursor");
    }
}
