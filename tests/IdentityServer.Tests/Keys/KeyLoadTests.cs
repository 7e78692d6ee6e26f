using UserDomain.IdentityStore.Keys;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Keys;

/// <summary>Rotations while two replicas are in use (KEY-02).</summary>
public sealed class KeyLoadTests
{
    private const int Rotations = 3;
    private static readonly TimeSpan Lead = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Follow = TimeSpan.FromSeconds(6);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task KEY_02_Three_rotations_under_load_at_two_replicas_refuse_no_token_that_should_pass()
    {
        await using var replicas = await KeyReplicas.StartAsync();
        var load = new KeyLoad(replicas);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task[] workers = [load.ServeAsync(0, stop.Token), load.ServeAsync(1, stop.Token), load.RefreshAsync(0, stop.Token), load.RefreshAsync(1, stop.Token)];

        for (var rotation = 0; rotation < Rotations; rotation++)
        {
            var inUse = await NewestAsync(replicas.A);
            load.Jump(inUse.ActiveFrom + TimeSpan.FromDays(76) - replicas.Clock.GetUtcNow());
            await KeyCalls.UntilAsync(async () => (await NewestAsync(replicas.A)).Id != inUse.Id);
            var next = await NewestAsync(replicas.A);
            await KeyCalls.UntilAsync(async () => !(await Task.WhenAll(replicas.Both.Select(async replica => (await replica.PublishedAsync()).Contains(next.Id)))).Contains(false));
            load.Jump(next.ActiveFrom - replicas.Clock.GetUtcNow() - Lead);
            await KeyCalls.UntilAsync(() => Task.FromResult(load.Keys.ContainsKey(next.Id)));
            await Task.Delay(Follow, Cancellation);
        }

        await stop.CancelAsync();
        await Task.WhenAll(workers);

        TestContext.Current.TestOutputHelper?.WriteLine($"{load.Uses} requests with tokens of {load.Keys.Count} keys");
        Assert.Empty(load.Refusals);
        Assert.Equal(Rotations + 1, load.Keys.Count);
        Assert.True(load.Uses > 500, $"{load.Uses} requests are no load.");
    }

    private static async Task<ServerKey> NewestAsync(RunningSystem system) => (await system.KeysAsync()).Last(key => key.Algorithm == "ES256");
}
