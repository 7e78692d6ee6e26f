using System.Diagnostics;
using System.Net.ServerSentEvents;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;
using UserDomain.Database;
using UserDomain.IdentityStore.Sessions;

namespace UserDomain.SessionApi.Tests.Revocations;

/// <summary>The log as a stream of server-sent events: what came after a number, and then what comes.</summary>
[Collection(nameof(LogCollection))]
public sealed class RevocationStreamTests(RunningSystem system)
{
    private const string Path = "api/v1/revocations/stream";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task REV_01_A_stream_tells_what_is_revoked_as_it_comes_and_each_second_that_there_is_nothing_else()
    {
        using var client = await system.ClientWithAsync(["revocations:read"]);
        await using var stream = await Listener.OfAsync(client, $"{Path}?after={await LastNumberAsync()}");
        await stream.NextAsync();
        var value = Guid.CreateVersion7().ToString();
        await WriteAsync([value]);
        var clock = Stopwatch.StartNew();

        var told = await stream.UntilAsync(value);
        var since = clock.Elapsed;
        SseItem<JsonElement> quiet;
        do
        {
            // What is not settled yet is told again whenever something comes.
            quiet = await stream.NextAsync();
        }
        while (quiet.Data.Items().Count > 0 && clock.Elapsed < Soon);

        Assert.InRange(since, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Equal(told.EventId, told.Data.GetProperty("settled").GetInt64().ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Empty(quiet.Data.Items());
        Assert.Equal(quiet.EventId, quiet.Data.GetProperty("settled").GetInt64().ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task REV_01_Who_lost_the_connection_is_told_what_came_after_the_last_event_it_has_got()
    {
        using var client = await system.ClientWithAsync(["revocations:read"]);
        var (before, missed) = (Guid.CreateVersion7().ToString(), Enumerable.Range(0, 450).Select(_ => Guid.CreateVersion7().ToString()).ToList());
        string id;
        await using (var first = await Listener.OfAsync(client, $"{Path}?after={await LastNumberAsync()}"))
        {
            await WriteAsync([before]);
            var item = await first.UntilAsync(before);
            while (item.EventId is null)
            {
                item = await first.NextAsync();
            }

            id = item.EventId;
        }

        await WriteAsync(missed);
        await using var stream = await Listener.OfAsync(client, $"{Path}?after=0", id);
        var told = new List<JsonElement>();
        SseItem<JsonElement> page;
        do
        {
            page = await stream.NextAsync();
            told.AddRange(page.Data.Items());
            Assert.Equal(page.Data.Text("nextCursor") is null, page.EventId is not null);
        }
        while (page.EventId is null);

        Assert.All(told, entry => Assert.True(entry.GetProperty("number").GetInt64() > long.Parse(id, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(missed, told.Select(entry => entry.Text("value")).Where(value => missed.Contains(value!)));
    }

    [Fact]
    public async Task REV_01_What_is_committed_after_a_later_number_is_told_as_well()
    {
        using var client = await system.ClientWithAsync(["revocations:read"]);
        var (late, early) = (Guid.CreateVersion7().ToString(), Guid.CreateVersion7().ToString());
        await WriteAsync([late]);
        var number = await LastNumberAsync();
        await MoveAsync(number, -number);
        await using var stream = await Listener.OfAsync(client, $"{Path}?after={number - 1}");
        await WriteAsync([early]);
        await stream.UntilAsync(early);

        await MoveAsync(-number, number);

        await stream.UntilAsync(late);

        Task<int> MoveAsync(long from, long to) => system.InStoreAsync(store => store.Revocations.Where(row => row.Number == from).ExecuteUpdateAsync(set => set.SetProperty(row => row.Number, to), Cancellation));
    }

    [Fact]
    public async Task REV_01_It_ends_when_its_own_token_is_revoked()
    {
        using var client = await system.ClientWithAsync(["revocations:read"]);
        await using var stream = await Listener.OfAsync(client, $"{Path}?after={await LastNumberAsync()}");
        await stream.NextAsync();

        await WriteAsync([new JsonWebToken(client.DefaultRequestHeaders.Authorization!.Parameter).Id], RevocationKinds.Token);

        await stream.EndsAsync();
    }

    [Fact]
    public async Task It_ends_with_its_token_and_does_not_hold_up_the_end_of_the_service()
    {
        var time = new MovedClock();
        Listener last;
        var clock = new Stopwatch();
        await using (var moved = RunningSystem.At(time))
        {
            await moved.InitializeAsync();
            using var client = await moved.ClientWithAsync(["revocations:read"]);
            await using var stream = await Listener.OfAsync(client, Path);
            await stream.NextAsync();
            time.Move(TimeSpan.FromMinutes(6));
            await stream.EndsAsync();

            using var again = await moved.ClientWithAsync(["revocations:read"]);
            last = await Listener.OfAsync(again, Path);
            await last.NextAsync();
            clock.Start();
        }

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Soon);
        await last.EndsAsync();
        await last.DisposeAsync();
    }

    [Theory]
    [InlineData("after", "after=-1", null)]
    [InlineData("Last-Event-ID", "after=0", "-1")]
    [InlineData("Last-Event-ID", "after=0", "yesterday")]
    [InlineData("Last-Event-ID", "after=0", "9223372036854775808")]
    public async Task It_refuses_a_place_there_is_not_and_names_it(string member, string query, string? last)
    {
        using var client = await system.ClientWithAsync(["revocations:read"]);
        using var request = Listener.Request($"{Path}?{query}", last);

        await client.SendAsync(request, Cancellation).RefusedAsync(member);
    }

    private Task<long> LastNumberAsync() => system.InStoreAsync(store => store.Revocations.MaxAsync(row => (long?)row.Number, Cancellation)).ContinueWith(last => last.Result ?? 0, TaskScheduler.Default);

    private Task<int> WriteAsync(IEnumerable<string> values, string kind = RevocationKinds.Session) => system.InStoreAsync(store =>
    {
        store.Revocations.AddRange(values.Select(value => Revocation.Of(kind, value, TimeProvider.System.GetStoredNow())));
        return store.SaveChangesAsync(Cancellation);
    });

    private sealed class Listener(HttpResponseMessage answer, IAsyncEnumerator<SseItem<JsonElement>> items) : IAsyncDisposable
    {
        public static HttpRequestMessage Request(string path, string? last)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (last is not null)
            {
                request.Headers.Add("Last-Event-ID", last);
            }

            return request;
        }

        public static async Task<Listener> OfAsync(HttpClient client, string path, string? last = null)
        {
            using var request = Request(path, last);
            var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
            Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
            var parser = SseParser.Create(await answer.Content.ReadAsStreamAsync(Cancellation), (_, data) => JsonSerializer.Deserialize<JsonElement>(data));
            return new(answer, parser.EnumerateAsync(Cancellation).GetAsyncEnumerator(Cancellation));
        }

        public async Task<SseItem<JsonElement>> NextAsync()
        {
            Assert.True(await items.MoveNextAsync().AsTask().WaitAsync(Soon, Cancellation), "The stream has ended.");
            return items.Current;
        }

        public async Task<SseItem<JsonElement>> UntilAsync(string value)
        {
            var clock = Stopwatch.StartNew();
            while (clock.Elapsed < Soon)
            {
                var item = await NextAsync();
                if (item.Data.Items().Any(entry => entry.Text("value") == value))
                {
                    return item;
                }
            }

            throw new TimeoutException($"{value} is not told.");
        }

        public async Task EndsAsync()
        {
            var clock = Stopwatch.StartNew();
            while (await items.MoveNextAsync().AsTask().WaitAsync(Soon, Cancellation))
            {
                Assert.True(clock.Elapsed < Soon, "The stream goes on.");
            }
        }

        public async ValueTask DisposeAsync()
        {
            await items.DisposeAsync();
            answer.Dispose();
        }
    }
}
