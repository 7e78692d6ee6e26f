using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using UserDomain.IdentityServer.SignIn.Passwords;

namespace UserDomain.IdentityServer.Tests.SignIn.Passwords;

public sealed class HashingGateTests
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(2);

    // A lost place would otherwise be waited for without end: the clock of the gate stands still.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Work_that_fits_runs_and_gives_its_value()
    {
        using var gate = Gate(1, 0);
        Assert.Equal(42, Value(await gate.RunAsync(() => 42, TestContext.Current.CancellationToken)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Never_more_than_the_limit_run_at_once(int limit)
    {
        using var gate = Gate(limit, 40);
        var (running, most) = (0, 0);
        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(number => gate.RunAsync(() =>
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            SpinWait.SpinUntil(() => Volatile.Read(ref running) > limit, TimeSpan.FromMilliseconds(5));
            Interlocked.Decrement(ref running);
            return number;
        }, TestContext.Current.CancellationToken))).WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.InRange(most, 1, limit);
        Assert.Equal(Enumerable.Range(0, 40), results.Select(Value));
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once()
    {
        using var gate = Gate(1, 1);
        using var busy = new Busy(gate);
        var queued = Run(gate);
        var overflowing = Run(gate);

        Assert.True(overflowing.IsCompletedSuccessfully);
        Assert.False((await overflowing).TryGet(out _));
        Assert.False(queued.IsCompleted);
        busy.Finish();
        Assert.Equal("ran", Value(await queued));
    }

    [Fact]
    public async Task Who_waits_too_long_is_refused_and_the_place_in_the_queue_is_free_again()
    {
        using var gate = Gate(1, 1);
        using var busy = new Busy(gate);
        var queued = Run(gate);
        _time.Advance(Wait - TimeSpan.FromMilliseconds(1));
        Assert.False(queued.IsCompleted);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False((await queued).TryGet(out _));

        var next = Run(gate);
        busy.Finish();
        Assert.Equal("ran", Value(await next));
    }

    [Fact]
    public async Task Who_goes_away_while_waiting_leaves_the_queue()
    {
        using var gate = Gate(1, 1);
        using var busy = new Busy(gate);
        using var gone = new CancellationTokenSource();
        var queued = gate.RunAsync(() => "ran", gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queued);

        var next = Run(gate);
        busy.Finish();
        Assert.Equal("ran", Value(await next));
    }

    [Fact]
    public async Task Who_has_gone_before_is_not_hashed_for()
    {
        using var gate = Gate(1, 1);
        var ran = false;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gate.RunAsync(() => ran = true, new CancellationToken(true)));
        Assert.False(ran);
    }

    [Fact]
    public async Task Work_that_was_begun_keeps_its_place_when_its_caller_goes_away()
    {
        using var gate = Gate(1, 0);
        using var gone = new CancellationTokenSource();
        using var busy = new Busy(gate, gone.Token);
        await gone.CancelAsync();

        Assert.False((await Run(gate)).TryGet(out _));
        busy.Finish();
    }

    [Fact]
    public async Task Work_that_throws_gives_its_place_back()
    {
        using var gate = Gate(1, 0);
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() =>
            gate.RunAsync<int>(() => throw new InvalidTimeZoneException(), TestContext.Current.CancellationToken));

        Assert.Equal("ran", Value(await Run(gate)));
    }

    [Fact]
    public async Task The_caller_is_not_held_while_the_work_runs()
    {
        using var gate = Gate(1, 0);
        using var finish = new ManualResetEventSlim();
        var running = gate.RunAsync(() => finish.Wait(TimeSpan.FromSeconds(10), CancellationToken.None), TestContext.Current.CancellationToken);

        Assert.False(running.IsCompleted);
        finish.Set();
        Assert.True(Value(await running));
    }

    [Fact]
    public async Task LOG_03_Requests_go_before_hashes_on_a_busy_processor()
    {
        using var gate = Gate(2, 0);
        var others = Niceness();

        var hashing = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => gate.RunAsync(Niceness, TestContext.Current.CancellationToken)));

        Assert.All(hashing, result => Assert.Equal(others + 5, Value(result)));
        Assert.Equal(others, await Task.Run(Niceness, TestContext.Current.CancellationToken));
        Assert.Equal(others, await Task.Run(async () =>
        {
            await gate.RunAsync(() => SpinWait.SpinUntil(() => false, TimeSpan.FromMilliseconds(20)), TestContext.Current.CancellationToken);
            return Niceness();
        }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void At_least_one_and_at_most_half_of_the_processors_hash()
    {
        Assert.Equal(Math.Max(1, Environment.ProcessorCount / 2), HashingGateLimits.ForThisMachine.AtOnce);
        Assert.Equal((64, Wait), (HashingGateLimits.ForThisMachine.Waiting, HashingGateLimits.ForThisMachine.Wait));
    }

    // Of the thread that asks: the 17th value after its name, which may have anything in it (proc(5)).
    private static int Niceness() => int.Parse(File.ReadAllText("/proc/thread-self/stat").Split(") ")[^1].Split(' ')[16], CultureInfo.InvariantCulture);

    private HashingGate Gate(int atOnce, int waiting) => new(new HashingGateLimits(atOnce, waiting, Wait), _time);

    private static Task<GateResult<string>> Run(HashingGate gate) => gate.RunAsync(() => "ran", TestContext.Current.CancellationToken)
        .WaitAsync(Patience, TestContext.Current.CancellationToken);

    private static T Value<T>(GateResult<T> result)
    {
        Assert.True(result.TryGet(out var value));
        return value!;
    }

    private static void InterlockedMax(ref int most, int value)
    {
        var seen = Volatile.Read(ref most);
        while (value > seen)
        {
            seen = Interlocked.CompareExchange(ref most, value, seen);
        }
    }

    /// <summary>Holds one place of a gate until told to finish.</summary>
    private sealed class Busy : IDisposable
    {
        private readonly ManualResetEventSlim _finish = new();

        public Busy(HashingGate gate, CancellationToken cancellationToken = default) =>
            _ = gate.RunAsync(() => _finish.Wait(TimeSpan.FromSeconds(30), CancellationToken.None), cancellationToken);

        public void Finish() => _finish.Set();

        public void Dispose() => _finish.Set();
    }
}
