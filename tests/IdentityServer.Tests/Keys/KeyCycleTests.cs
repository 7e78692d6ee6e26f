using UserDomain.Contracts;
using UserDomain.IdentityServer.Keys;
using UserDomain.IdentityStore.Keys;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Keys;

/// <summary>A key over its whole life, at two replicas (KEY-02).</summary>
public sealed class KeyCycleTests : IAsyncLifetime
{
    private KeyReplicas _replicas = null!;

    public async ValueTask InitializeAsync() => _replicas = await KeyReplicas.StartAsync();

    public ValueTask DisposeAsync() => _replicas.DisposeAsync();

    [Fact]
    public async Task KEY_02_A_key_is_published_before_it_is_used_and_after_and_what_it_signed_passes_as_long_as_it_lives()
    {
        var first = await _replicas.PublishAsync(3);
        Move(days: 75);
        await Task.Delay(KeyRingWatch.Interval * 1.5, TestContext.Current.CancellationToken);
        Assert.Equal(first, await _replicas.A.PublishedAsync());

        Move(days: 2);
        var announced = await _replicas.PublishAsync(6);
        Assert.Empty(first.Except(announced));

        _replicas.Clock.Move(TimeSpan.FromDays(14) - TimeSpan.FromMinutes(1));
        var (visitor, name) = await _replicas.A.PersonAsync();
        var before = await visitor.SignInAsync(name, RunningSystem.Password);
        Assert.Contains(KeyCalls.KeyOf(before.AccessToken), first);

        _replicas.Clock.Move(TimeSpan.FromMinutes(2));
        var next = announced.Except(first).ToHashSet();
        await KeyCalls.UntilAsync(async () => next.Contains(await KeyInUseAsync(_replicas.A)) && next.Contains(await KeyInUseAsync(_replicas.B)));
        Assert.Equal(announced, await _replicas.PublishAsync(6));
        Assert.True(await visitor.IsTakenByServerAsync(before.AccessToken));
        Assert.True(await _replicas.A.IsTakenByApiAsync(before.AccessToken));
        Assert.True(await _replicas.B.IsTakenByApiAsync(before.AccessToken));
        var after = await visitor.RefreshAsync(before.RefreshToken!);
        Assert.DoesNotContain(KeyCalls.KeyOf(after.AccessToken), first);
        Assert.DoesNotContain(KeyCalls.KeyOf(after.IdToken!), first);
        Assert.True(await _replicas.B.IsTakenByApiAsync(after.AccessToken));
        Assert.True(await visitor.IsHintTakenAsync(before.IdToken!));

        Move(days: 13);
        Assert.Equal(6, (await _replicas.PublishAsync(6)).Length);
        Move(days: 2);
        var last = await _replicas.PublishAsync(3);

        Assert.Equal(announced.Except(first), last);
        Assert.Equal(
            [AuditEventTypes.KeyCreated, AuditEventTypes.KeyRetired, AuditEventTypes.KeyDeleted],
            await _replicas.A.TrailOfAsync(first[0], AuditEventTypes.KeyDeleted));
        Assert.Equal([AuditEventTypes.KeyCreated, AuditEventTypes.KeyActivated], await _replicas.A.TrailOfAsync(last[0], AuditEventTypes.KeyActivated));
    }

    [Fact]
    public async Task KEY_02_A_refresh_token_of_the_last_minute_of_an_encryption_key_is_good_for_all_of_its_days()
    {
        await AnnounceAsync();
        _replicas.Clock.Move(TimeSpan.FromDays(14) - TimeSpan.FromMinutes(1));
        var (visitor, name) = await _replicas.A.PersonAsync();
        var tokens = await visitor.SignInAsync(name, RunningSystem.Password);
        var old = await _replicas.A.KeysAsync();
        _replicas.Clock.Move(TimeSpan.FromMinutes(2));
        await KeyCalls.UntilAsync(async () => (await _replicas.A.KeysAsync()).Count(key => key.RetiredAt is not null) == 4);

        _replicas.Clock.Move(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(5));
        var refreshed = await visitor.RefreshAsync(tokens.RefreshToken!);
        Move(days: 6);
        Assert.True(await visitor.IsRefreshTakenAsync(refreshed.RefreshToken!));

        Move(days: 17);
        Assert.Contains(await _replicas.A.KeysAsync(), key => key.Id == Encryption(old).Id);
        Move(days: 2);
        await KeyCalls.UntilAsync(async () => (await _replicas.A.KeysAsync()).TrueForAll(key => key.Id != Encryption(old).Id));
    }

    [Fact]
    public async Task KEY_02_Keys_rotated_by_hand_are_announced_for_a_day_and_asking_twice_makes_no_more()
    {
        var first = await _replicas.PublishAsync(3);

        await Task.WhenAll(_replicas.Both.SelectMany(system => Enumerable.Range(0, 5).Select(_ => system.InRingAsync<KeyRotation>(keys => keys.HastenAsync(CancellationToken.None)))));

        var announced = await _replicas.PublishAsync(6);
        Assert.Equal(8, (await _replicas.A.KeysAsync()).Count);
        _replicas.Clock.Move(TimeSpan.FromHours(23));
        await Task.Delay(KeyRingWatch.Interval * 1.5, TestContext.Current.CancellationToken);
        Assert.Contains(await KeyInUseAsync(_replicas.A), first);
        _replicas.Clock.Move(TimeSpan.FromHours(1));
        await KeyCalls.UntilAsync(async () => announced.Except(first).Contains(await KeyInUseAsync(_replicas.A)));
    }

    [Fact]
    public async Task KEY_02_A_key_that_is_announced_long_enough_is_used_at_once_when_keys_are_rotated_by_hand()
    {
        await AnnounceAsync();
        Move(days: 5);
        var before = await KeyInUseAsync(_replicas.B);
        var after = before;

        await _replicas.A.InRingAsync<KeyRotation>(keys => keys.HastenAsync(CancellationToken.None));

        await KeyCalls.UntilAsync(async () => (after = await KeyInUseAsync(_replicas.B)) != before);
        Assert.Equal(
            [AuditEventTypes.KeyCreated, AuditEventTypes.KeyBroughtForward, AuditEventTypes.KeyActivated],
            await _replicas.A.TrailOfAsync(after, AuditEventTypes.KeyActivated));
    }

    [Fact]
    public async Task TST_02_Of_twenty_who_find_that_keys_are_due_one_makes_them()
    {
        await _replicas.PublishAsync(3);
        Move(days: 77);

        await Task.WhenAll(_replicas.Both.SelectMany(system => Enumerable.Range(0, 10).Select(_ => system.InRingAsync<KeyRotation>(keys => keys.CatchUpAsync(CancellationToken.None)))));

        var keys = await _replicas.A.KeysAsync();
        Assert.Equal(8, keys.Count);
        Assert.All(keys.GroupBy(key => key.Algorithm), kind => Assert.Equal(2, kind.Count()));
    }

    private static ServerKey Encryption(List<ServerKey> keys) => keys.First(key => key.Use == KeyUse.Encryption);

    private static async Task<string> KeyInUseAsync(RunningSystem system)
    {
        using var client = await system.ClientWithAsync(["audit:read"]);
        return KeyCalls.KeyOf(client.DefaultRequestHeaders.Authorization!.Parameter!);
    }

    private async Task AnnounceAsync()
    {
        await _replicas.PublishAsync(3);
        Move(days: 77);
        await _replicas.PublishAsync(6);
    }

    private void Move(int days) => _replicas.Clock.Move(TimeSpan.FromDays(days));
}
