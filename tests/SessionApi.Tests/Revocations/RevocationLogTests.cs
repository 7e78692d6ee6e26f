using Microsoft.EntityFrameworkCore;
using UserDomain.Database;
using UserDomain.SessionApi.Tests.Sessions;

namespace UserDomain.SessionApi.Tests.Revocations;

[Collection(nameof(LogCollection))]
public sealed class RevocationLogTests(RunningSystem system)
{
    private const string Path = "api/v1/revocations";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task REV_01_Closing_a_session_enters_it_in_the_log_for_as_long_as_its_tokens_could_live()
    {
        using var follower = await FollowerAsync();
        var start = await LastNumberAsync(follower);
        var before = TimeProvider.System.GetUtcNow();
        var session = await CloseOneAsync();

        var entry = Assert.Single(await FollowAsync(follower, start), item => item.Text("value") == session.ToString());

        Assert.Equal("session", entry.Text("kind"));
        Assert.InRange(Moment(entry, "createdAt"), before.AddMilliseconds(-1), TimeProvider.System.GetUtcNow());
        Assert.Equal(Moment(entry, "expiresAt"), Moment(entry, "issuedBefore"));
        Assert.True(Moment(entry, "expiresAt") - Moment(entry, "createdAt") > TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task REV_01_The_log_is_replayed_after_any_number_in_rising_order_without_gap_or_repetition()
    {
        using var follower = await FollowerAsync();
        var start = await LastNumberAsync(follower);
        var closed = new List<string>();
        for (var count = 0; count < 5; count++)
        {
            closed.Add((await CloseOneAsync()).ToString());
        }

        var all = await FollowAsync(follower, start, limit: 2);
        var rest = await FollowAsync(follower, NumberOf(all[^2]));

        Assert.Equal(closed, all.Select(item => item.Text("value")!).Where(closed.Contains));
        Assert.Equal(all.Select(NumberOf).Distinct().Order(), all.Select(NumberOf));
        Assert.Equal(NumberOf(all[^1]), NumberOf(rest[0]));
        Assert.DoesNotContain(rest, item => NumberOf(item) <= NumberOf(all[^2]));
    }

    [Fact]
    public async Task REV_01_Who_has_seen_the_last_entry_gets_none()
    {
        using var follower = await FollowerAsync();

        var page = await follower.GetAsync($"{Path}?after={long.MaxValue}", Cancellation).BodyAsync();

        Assert.Empty(page.Items());
        Assert.Null(page.Text("nextCursor"));
    }

    [Fact]
    public async Task REV_01_What_is_committed_after_a_later_number_is_told_to_who_asks_after_what_is_settled()
    {
        using var follower = await FollowerAsync();
        var first = (await CloseOneAsync()).ToString();
        var second = (await CloseOneAsync()).ToString();
        var late = await system.InStoreAsync(store => store.Revocations.Where(row => row.Value == first).Select(row => row.Number).SingleAsync(Cancellation));
        await MoveAsync(late, -late);

        var early = await PageAsync(late - 1);
        var again = await PageAsync(Settled(early));
        await MoveAsync(-late, late);
        var whole = await PageAsync(Settled(again));

        Assert.Equal((late - 1, late - 1), (Settled(early), Settled(again)));
        Assert.DoesNotContain(first, Values(early));
        Assert.Contains(second, Values(early));
        Assert.Equal(first, Values(whole).First());
        Assert.True(Settled(whole) >= late);

        Task<JsonElement> PageAsync(long after) => follower.GetAsync($"{Path}?after={after}&limit=200", Cancellation).BodyAsync();
        Task<int> MoveAsync(long from, long to) => system.InStoreAsync(store => store.Revocations.Where(row => row.Number == from).ExecuteUpdateAsync(set => set.SetProperty(row => row.Number, to), Cancellation));
        static long Settled(JsonElement page) => page.GetProperty("settled").GetInt64();
        static IEnumerable<string?> Values(JsonElement page) => page.Items().Select(item => item.Text("value"));
    }

    [Fact]
    public async Task REV_01_A_number_that_does_not_come_in_two_minutes_is_not_waited_for()
    {
        using var follower = await FollowerAsync();
        var first = (await CloseOneAsync()).ToString();
        var second = (await CloseOneAsync()).ToString();
        var numbers = await system.InStoreAsync(store => store.Revocations.Where(row => row.Value == first || row.Value == second).Select(row => row.Number).Order().ToListAsync(Cancellation));
        var then = TimeProvider.System.GetStoredNow() - TimeSpan.FromMinutes(2);
        await system.InStoreAsync(store => store.Revocations.Where(row => row.Value == first).ExecuteDeleteAsync(Cancellation));
        await system.InStoreAsync(store => store.Revocations.Where(row => row.Number > numbers[0] && row.Number <= numbers[1]).ExecuteUpdateAsync(set => set.SetProperty(row => row.CreatedAt, then), Cancellation));

        var page = await follower.GetAsync($"{Path}?after={numbers[0] - 1}&limit=1", Cancellation).BodyAsync();

        Assert.Equal(NumberOf(Assert.Single(page.Items())), page.GetProperty("settled").GetInt64());
    }

    [Fact]
    public async Task An_entry_that_has_expired_is_not_shown()
    {
        using var follower = await FollowerAsync();
        var start = await LastNumberAsync(follower);
        var old = (await CloseOneAsync()).ToString();
        var live = (await CloseOneAsync()).ToString();
        await system.InStoreAsync(store => store.Revocations.Where(row => row.Value == old)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.ExpiresAt, TimeProvider.System.GetUtcNow()), Cancellation));

        var values = (await FollowAsync(follower, start)).Select(item => item.Text("value"));

        Assert.Contains(live, values);
        Assert.DoesNotContain(old, values);
    }

    [Fact]
    public async Task REV_01_Disabling_a_user_names_the_user_and_their_sessions()
    {
        using var follower = await FollowerAsync();
        using var users = await system.ClientWithAsync(["users:read", "users:write"]);
        using var person = await SignedInPerson.OfAsync(system);
        var start = await LastNumberAsync(follower);

        await users.PostAsync($"api/v1/users/{person.UserId}/disable", content: null, Cancellation).BodyAsync();
        var entries = (await FollowAsync(follower, start)).Select(item => (item.Text("kind"), item.Text("value"))).ToList();

        Assert.Contains(("user", person.UserId.ToString()), entries);
        Assert.Contains(("session", person.SessionId.ToString()), entries);
    }

    [Theory]
    [InlineData("after", "after=-1")]
    [InlineData("limit", "limit=0")]
    [InlineData("limit", "limit=201")]
    public async Task The_log_refuses_what_it_cannot_answer_and_names_it(string member, string query)
    {
        using var follower = await FollowerAsync();

        await follower.GetAsync($"{Path}?{query}", Cancellation).RefusedAsync(member);
    }

    [Theory]
    [InlineData("after=yesterday")]
    [InlineData("after=9223372036854775808")]
    [InlineData("limit=all")]
    public async Task A_position_that_cannot_be_read_is_refused(string query)
    {
        using var follower = await FollowerAsync();

        await follower.GetAsync($"{Path}?{query}", Cancellation).ProblemAsync(HttpStatusCode.BadRequest, "unreadable-request");
    }

    private Task<HttpClient> FollowerAsync() => system.ClientWithAsync(["revocations:read"]);

    private async Task<Guid> CloseOneAsync()
    {
        using var manager = await system.SessionManagerAsync();
        var session = await manager.OpenAsync(await system.CreateUserAsync());
        await manager.CloseAsync(session);
        return session;
    }

    private static async Task<long> LastNumberAsync(HttpClient follower) =>
        await FollowAsync(follower, 0) is [.., var last] ? NumberOf(last) : 0;

    private static async Task<List<JsonElement>> FollowAsync(HttpClient follower, long after, int limit = 200)
    {
        var entries = new List<JsonElement>();
        string? next = null;
        do
        {
            var page = await follower.GetAsync($"{Path}?after={next ?? after.ToString(System.Globalization.CultureInfo.InvariantCulture)}&limit={limit}", Cancellation).BodyAsync();
            Assert.InRange(page.Items().Count, 0, limit);
            entries.AddRange(page.Items());
            next = page.Text("nextCursor");
        }
        while (next is not null);

        return entries;
    }

    private static long NumberOf(JsonElement entry) => entry.GetProperty("number").GetInt64();

    private static DateTimeOffset Moment(JsonElement entry, string member) => entry.GetProperty(member).GetDateTimeOffset();
}
