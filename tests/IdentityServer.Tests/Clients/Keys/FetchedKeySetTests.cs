using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using UserDomain.IdentityServer.Clients.Keys;
using UserDomain.IdentityServer.Tests.Protocol.Assertions;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Clients.Keys;

/// <summary>When the keys a client publishes are asked for.</summary>
public sealed class FetchedKeySetTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FetchedKeySet _published;
    private Func<Task<(ClientKeySet, TimeSpan?)?>> _answer = () => Task.FromResult<(ClientKeySet, TimeSpan?)?>((Fresh(), null));
    private int _asked;

    public FetchedKeySetTests() => _published = new(() =>
    {
        Interlocked.Increment(ref _asked);
        return _answer();
    }, _time);

    [Theory]
    [InlineData(null, 300)]
    [InlineData(0, 60)]
    [InlineData(-5, 60)]
    [InlineData(120, 120)]
    [InlineData(86_400, 900)]
    public async Task A_set_holds_for_as_long_as_it_says_within_bounds(int? says, int seconds)
    {
        _answer = () => Task.FromResult<(ClientKeySet, TimeSpan?)?>((Fresh(), says is { } lifetime ? TimeSpan.FromSeconds(lifetime) : null));
        var first = await GetAsync();

        _time.Advance(TimeSpan.FromSeconds(seconds - 1));
        Assert.Same(first, await GetAsync());
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.NotSame(first, await GetAsync());
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task Everybody_who_waits_gets_the_answer_to_one_question()
    {
        var question = new TaskCompletionSource<(ClientKeySet, TimeSpan?)?>();
        _answer = () => question.Task;
        var waiting = Enumerable.Range(0, 20).Select(_ => GetAsync().AsTask()).ToList();
        var keys = Fresh();

        question.SetResult((keys, null));

        Assert.All(await Task.WhenAll(waiting), answer => Assert.Same(keys, answer));
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task A_key_that_is_not_there_is_asked_for_once_in_a_while_whoever_wants_it()
    {
        var first = await GetAsync();
        Assert.Null(await _published.GetOtherThanAsync(first, CancellationToken.None));
        Assert.Equal(1, _asked);

        _time.Advance(FetchedKeySet.Pause);
        var second = await _published.GetOtherThanAsync(first, CancellationToken.None);

        Assert.NotNull(second);
        Assert.Same(second, await _published.GetOtherThanAsync(first, CancellationToken.None));
        Assert.Null(await _published.GetOtherThanAsync(second, CancellationToken.None));
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task The_last_good_set_holds_for_an_hour_more_while_asking_fails_and_asking_is_tried_now_and_then()
    {
        var first = await GetAsync();
        _answer = () => Task.FromResult<(ClientKeySet, TimeSpan?)?>(null);
        _time.Advance(FetchedKeySet.UsualLifetime);

        Assert.Same(first, await GetAsync());
        Assert.Same(first, await GetAsync());
        Assert.Equal(2, _asked);
        _time.Advance(FetchedKeySet.Grace - TimeSpan.FromSeconds(1));
        Assert.Same(first, await GetAsync());
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Null(await GetAsync());
        Assert.Equal(3, _asked);
    }

    [Fact]
    public async Task Who_goes_away_does_not_end_the_question_for_others()
    {
        var question = new TaskCompletionSource<(ClientKeySet, TimeSpan?)?>();
        _answer = () => question.Task;
        using var away = new CancellationTokenSource();
        var one = _published.GetAsync(away.Token).AsTask();
        var other = GetAsync().AsTask();

        await away.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        question.SetResult((Fresh(), null));

        Assert.NotNull(await other);
    }

    [Fact]
    public void What_cannot_verify_is_passed_over_and_what_is_no_set_is_none()
    {
        using var key = DpopKey.Create();
        var leaked = new Dictionary<string, object?>(key.Jwk) { ["d"] = "secret" };
        var set = ClientKeySet.Read(JsonSerializer.SerializeToUtf8Bytes(new { keys = new object?[] { key.Jwk, leaked, 7, null, new { kty = "OKP" }, new Dictionary<string, object?>(key.Jwk) { ["use"] = "enc" } } }))!;

        Assert.Single(set.For(null, "ES256"));
        Assert.Empty(set.For(null, "RS256"));
        Assert.DoesNotContain("secret", set.ToJson(), StringComparison.Ordinal);
        Assert.All(new[] { "", "7", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[", "{\"keys\":[" + string.Join(',', Enumerable.Repeat("{}", 21)) + "]}" },
            text => Assert.Null(ClientKeySet.Read(System.Text.Encoding.UTF8.GetBytes(text))));
    }

    private ValueTask<ClientKeySet?> GetAsync() => _published.GetAsync(CancellationToken.None);

    private static ClientKeySet Fresh()
    {
        using var key = DpopKey.Create();
        return ClientKeySet.Read(JsonSerializer.SerializeToUtf8Bytes(AssertionCalls.Set((null, key))))!;
    }
}
