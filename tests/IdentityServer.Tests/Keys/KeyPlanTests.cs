using System.ComponentModel.DataAnnotations;
using UserDomain.IdentityServer.Keys;
using UserDomain.IdentityServer.Protocol.Discovery;
using UserDomain.IdentityStore.Keys;

namespace UserDomain.IdentityServer.Tests.Keys;

/// <summary>What is due in a ring, over years (KEY-02).</summary>
public sealed class KeyPlanTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<ServerKey> _keys = [];
    private readonly Dictionary<string, DateTimeOffset> _deleted = [];
    private readonly List<ServerKey> _all = [];

    [Theory]
    [InlineData(90, 14, 14)]
    [InlineData(30, 29, 90)]
    [InlineData(30, 1, 8)]
    [InlineData(730, 1, 8)]
    public void KEY_02_Each_key_is_announced_used_and_kept_for_as_long_as_the_settings_say(int rotation, int announce, int keep)
    {
        var settings = new KeySettings { RotationDays = rotation, AnnounceDays = announce, KeepDays = keep };
        var end = Start + TimeSpan.FromDays(rotation * 5);

        for (var now = Start; now < end; now += TimeSpan.FromHours(6))
        {
            Apply(KeyPlan.Of(_keys, settings, now), now);

            Assert.All(KeyKind.All, kind => Assert.Single(_keys.At(now), key => KeyKind.Of(key.Key) == kind && key.State == KeyState.Active));
            Assert.All(KeyKind.All, kind => Assert.InRange(kind.In(_keys).Count, 1, KeyRotation.MostOfAKind));
        }

        Assert.All(_all.Where(key => key.CreatedAt > Start), key => Assert.Equal(key.CreatedAt + TimeSpan.FromDays(announce), key.ActiveFrom));
        Assert.All(_all.Where(key => key.RetiredAt is not null), key => Assert.Equal(key.ActiveFrom + TimeSpan.FromDays(rotation), key.RetiredAt));
        Assert.NotEmpty(_deleted);
        Assert.All(_all.Where(key => _deleted.ContainsKey(key.Id)), key =>
            Assert.Equal(TimeSpan.FromDays(Math.Max(keep, key.Use == KeyUse.Encryption ? 31 : 8)), _deleted[key.Id] - key.RetiredAt!.Value));
    }

    [Fact]
    public void What_is_due_is_due_once()
    {
        var settings = new KeySettings();
        for (var day = 0; day < 400; day++)
        {
            var now = Start + TimeSpan.FromDays(day);
            Apply(KeyPlan.Of(_keys, settings, now), now);

            Assert.True(KeyPlan.Of(_keys, settings, now).IsEmpty);
        }
    }

    [Fact]
    public void KEY_02_After_a_year_without_a_server_the_next_keys_are_announced_as_long_as_any()
    {
        var settings = new KeySettings();
        Apply(KeyPlan.Of(_keys, settings, Start), Start);
        var back = Start + TimeSpan.FromDays(365);

        Apply(KeyPlan.Of(_keys, settings, back), back);

        Assert.Equal(8, _keys.Count);
        Assert.All(_keys.Where(key => key.CreatedAt == back), key => Assert.Equal(back + TimeSpan.FromDays(14), key.ActiveFrom));
        Assert.All(_keys.Where(key => key.CreatedAt == Start), key => Assert.Null(key.RetiredAt));
    }

    [Fact]
    public void A_clock_that_was_set_back_leaves_a_key_in_use()
    {
        Apply(KeyPlan.Of(_keys, new(), Start), Start);

        Assert.All(_keys.At(Start - TimeSpan.FromDays(1)), key => Assert.Equal(KeyState.Active, key.State));
    }

    [Fact]
    public void KEY_02_No_announcement_is_shorter_than_what_anybody_may_do_without_asking()
    {
        var unheardOf = MetadataCache.Kept + KeyRingWatch.Interval;

        Assert.True(KeySettings.ShortestAnnouncement >= 10 * unheardOf);
        Assert.False(IsValid(new() { AnnounceDays = (int)KeySettings.ShortestAnnouncement.TotalDays - 1 }));
        Assert.True(KeySettings.Settling >= 4 * KeyRingWatch.Interval);
    }

    [Theory]
    [InlineData(29, 14, 14)]
    [InlineData(731, 14, 14)]
    [InlineData(90, 0, 14)]
    [InlineData(90, 30, 14)]
    [InlineData(90, 14, 7)]
    [InlineData(90, 14, 91)]
    public void Settings_out_of_their_bounds_are_refused(int rotation, int announce, int keep) =>
        Assert.False(IsValid(new() { RotationDays = rotation, AnnounceDays = announce, KeepDays = keep }));

    private static bool IsValid(KeySettings settings) => Validator.TryValidateObject(settings, new(settings), null, validateAllProperties: true);

    private void Apply(KeyPlan plan, DateTimeOffset now)
    {
        foreach (var (kind, activeFrom) in plan.Make)
        {
            var key = new ServerKey { Id = $"{_all.Count}", Use = kind.Use, Algorithm = kind.Algorithm, WrappedKey = [], CreatedAt = now, ActiveFrom = activeFrom };
            _keys.Add(key);
            _all.Add(key);
        }

        foreach (var (key, successor) in plan.Retire)
        {
            key.RetiredAt = successor.ActiveFrom;
        }

        foreach (var key in plan.Delete)
        {
            _keys.Remove(key);
            _deleted[key.Id] = now;
        }
    }
}
