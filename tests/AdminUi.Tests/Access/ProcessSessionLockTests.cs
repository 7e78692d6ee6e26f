using UserDomain.AdminUi.Access;

namespace UserDomain.AdminUi.Tests.Access;

public sealed class ProcessSessionLockTests
{
    private readonly ProcessSessionLock _locks = new();

    [Fact]
    public async Task The_second_request_of_a_session_waits_for_the_first()
    {
        var first = await _locks.AcquireAsync("session", CancellationToken.None);
        var second = _locks.AcquireAsync("session", CancellationToken.None);
        Assert.False(second.IsCompleted);

        await first.DisposeAsync();

        await (await second).DisposeAsync();
    }

    [Fact]
    public async Task Another_session_does_not_wait()
    {
        await using var one = await _locks.AcquireAsync("one", CancellationToken.None);
        await using var other = await _locks.AcquireAsync("other", CancellationToken.None);
    }

    [Fact]
    public async Task Giving_up_the_wait_leaves_the_lock_usable()
    {
        using var patience = new CancellationTokenSource();
        var first = await _locks.AcquireAsync("session", CancellationToken.None);
        var second = _locks.AcquireAsync("session", patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await first.DisposeAsync();

        await using var third = await _locks.AcquireAsync("session", CancellationToken.None);
    }
}
