using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AllInOne.Tests;

public sealed class IdleMemoryTests : IDisposable
{
    private const long MiB = 1 << 20;

    private readonly IdleMemory _memory = new();

    public void Dispose() => _memory.Dispose();

    [Fact]
    public void Nothing_is_given_back_while_there_is_work()
    {
        Assert.False(_memory.IsTime(40 * MiB));
        Assert.False(_memory.IsTime(80 * MiB));
        Assert.False(_memory.IsTime(82 * MiB));
    }

    [Fact]
    public void What_a_load_needed_is_given_back_once_it_is_over()
    {
        _memory.IsTime(40 * MiB);

        Assert.True(_memory.IsTime(40 * MiB + 1000));
        Assert.False(_memory.IsTime(40 * MiB + 2000));
    }

    [Fact]
    public void A_little_is_left_to_the_collector()
    {
        _memory.IsTime(40 * MiB);
        _memory.IsTime(40 * MiB);

        Assert.False(_memory.IsTime(44 * MiB));
        Assert.False(_memory.IsTime(44 * MiB));
        Assert.False(_memory.IsTime(48 * MiB));
        Assert.True(_memory.IsTime(48 * MiB));
    }
}
