namespace UserDomain.RoleApi.Tests;

public sealed class ListTests(RunningSystem system)
{
    public static TheoryData<string, string> Unanswerable => new()
    {
        { "limit", "limit=0" },
        { "limit", "limit=-1" },
        { "limit", "limit=201" },
        { "query", "query=%00" },
        { "query", "query=%0A" },
        { "query", $"query={new string('x', 101)}" },
        { "cursor", "cursor=nonsense" },
        { "cursor", "cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" },
        { "cursor", $"cursor={new string('A', 1025)}" },
    };

    [Theory]
    [MemberData(nameof(Things.Named), MemberType = typeof(Things))]
    public async Task Pages_follow_each_other_in_the_order_of_names_without_gap_or_repetition(string resource)
    {
        using var client = await system.ManagerAsync();
        var (start, names) = await CreateFiveAsync(client, resource);

        var seen = await client.AllAsync($"{resource}?query={start}&", limit: 2);
        var exact = await client.AllAsync($"{resource}?query={start}&", limit: 5);

        Assert.Equal(names.Order(StringComparer.OrdinalIgnoreCase), seen.Select(item => item.Text("name")));
        Assert.Equal(5, exact.Count);
    }

    [Theory]
    [MemberData(nameof(Things.Named), MemberType = typeof(Things))]
    public async Task The_largest_page_is_allowed_and_the_smallest_too(string resource)
    {
        using var client = await system.ManagerAsync();
        await CreateFiveAsync(client, resource);

        await client.ReadAsync($"{resource}?limit=200").BodyAsync();
        var one = await client.ReadAsync($"{resource}?limit=1").BodyAsync();

        Assert.Single(one.Items());
    }

    [Theory]
    [MemberData(nameof(Things.Named), MemberType = typeof(Things))]
    public async Task A_search_finds_the_beginning_of_names_in_any_case_of_its_letters(string resource)
    {
        using var client = await system.ManagerAsync();
        var (start, _) = await CreateFiveAsync(client, resource);

        var found = await client.ReadAsync($"{resource}?query={start.ToUpperInvariant()}").BodyAsync();
        var middle = await client.ReadAsync($"{resource}?query={start[1..]}").BodyAsync();

        Assert.Equal(5, found.Items().Count);
        Assert.Empty(middle.Items());
    }

    [Theory]
    [MemberData(nameof(Things.Named), MemberType = typeof(Things))]
    public async Task A_wildcard_in_a_search_is_a_letter_like_any_other(string resource)
    {
        using var client = await system.ManagerAsync();
        var (start, _) = await CreateFiveAsync(client, resource);

        foreach (var wildcard in new[] { "%25", "_", "%5C" })
        {
            Assert.Empty((await client.ReadAsync($"{resource}?query={start}{wildcard}").BodyAsync()).Items());
        }
    }

    [Theory]
    [MemberData(nameof(Unanswerable))]
    public async Task A_list_refuses_what_it_cannot_answer_and_names_it(string member, string query)
    {
        using var client = await system.ManagerAsync();

        foreach (var row in Things.Named)
        {
            await client.ReadAsync($"{row.Data}?{query}").RefusedAsync(member);
        }
    }

    [Fact]
    public async Task A_limit_that_is_no_number_is_refused()
    {
        using var client = await system.ManagerAsync();

        await client.ReadAsync("roles?limit=many").ProblemAsync(HttpStatusCode.BadRequest, "unreadable-request");
    }

    [Theory]
    [MemberData(nameof(Things.Named), MemberType = typeof(Things))]
    public async Task API_02_A_cursor_that_was_changed_or_made_for_another_list_or_search_is_refused(string resource)
    {
        using var client = await system.ManagerAsync();
        var (start, _) = await CreateFiveAsync(client, resource);
        var cursor = (await client.ReadAsync($"{resource}?query={start}&limit=1").BodyAsync()).Text("nextCursor")!;
        var other = resource == "roles" ? "groups" : "roles";

        await client.ReadAsync($"{resource}?query={start}&cursor={(cursor[0] == 'A' ? 'B' : 'A')}{cursor[1..]}").RefusedAsync("cursor");
        await client.ReadAsync($"{resource}?query={start}&cursor={cursor[..^4]}").RefusedAsync("cursor");
        await client.ReadAsync($"{resource}?query={start}x&cursor={cursor}").RefusedAsync("cursor");
        await client.ReadAsync($"{other}?query={start}&cursor={cursor}").RefusedAsync("cursor");
        await client.ReadAsync($"{resource}?query={start}&cursor={cursor}").BodyAsync();
    }

    private static async Task<(string Start, List<string> Names)> CreateFiveAsync(HttpClient client, string resource)
    {
        var start = RoleCalls.UniqueName("list");
        string[] endings = resource == "permissions" ? [":c", ":a", ":e", ":b", ":d"] : ["c", "a", "E", "b", "D"];
        var names = endings.Select(ending => start + ending).ToList();
        foreach (var name in names)
        {
            await client.CreateAsync(resource, new { name });
        }

        return (start, names);
    }
}
