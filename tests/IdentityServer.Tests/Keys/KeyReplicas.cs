using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Keys;

/// <summary>Two replicas on one store, which go by a clock that can be moved.</summary>
internal sealed class KeyReplicas : IAsyncDisposable
{
    private KeyReplicas()
    {
        A = RunningSystem.At(Clock);
        B = A.Replica();
    }

    public MovedClock Clock { get; } = new();

    public RunningSystem A { get; }

    public RunningSystem B { get; }

    public RunningSystem[] Both => [A, B];

    public static async Task<KeyReplicas> StartAsync()
    {
        var replicas = new KeyReplicas();
        await replicas.A.InitializeAsync();
        await replicas.B.InitializeAsync();
        return replicas;
    }

    /// <summary>Waits until both publish this number of keys, the same ones.</summary>
    public async Task<string[]> PublishAsync(int number)
    {
        string[] published = [];
        await KeyCalls.UntilAsync(async () =>
        {
            published = await A.PublishedAsync();
            return published.Length == number && string.Join(' ', published) == string.Join(' ', await B.PublishedAsync());
        });
        return published;
    }

    public async ValueTask DisposeAsync()
    {
        await B.DisposeAsync();
        await A.DisposeAsync();
    }
}
