using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace UserDomain.Database;

/// <summary>What the models of all stores have in common on both databases.</summary>
public static class ModelConventions
{
    private const long TicksPerMicrosecond = TimeSpan.TicksPerMillisecond / 1000;

    /// <summary>
    /// Stores times as microseconds since 1970 on SQLite, which has no type for them: they sort and compare, and have the resolution
    /// PostgreSQL gives them.
    /// </summary>
    public static void UseComparableTimes(this ModelConfigurationBuilder configuration, bool isSqlite)
    {
        if (isSqlite)
        {
            configuration.Properties<DateTimeOffset>().HaveConversion<TimeAsMicroseconds>();
        }
    }

    /// <summary>The current time in the resolution the databases keep.</summary>
    public static DateTimeOffset GetStoredNow(this TimeProvider time) => time.GetUtcNow().ToStored();

    /// <summary>A time in UTC and in the resolution the databases keep.</summary>
    public static DateTimeOffset ToStored(this DateTimeOffset time)
    {
        var utc = time.ToUniversalTime();
        return utc.AddTicks(-(utc.Ticks % TicksPerMicrosecond));
    }

    internal static DateTimeOffset TimeOf(long stored) => new((stored * TicksPerMicrosecond) + DateTimeOffset.UnixEpoch.Ticks, TimeSpan.Zero);

    /// <summary>A time as microseconds since 1970. The compiled models name it.</summary>
    public sealed class TimeAsMicroseconds() : ValueConverter<DateTimeOffset, long>(
        time => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TicksPerMicrosecond,
        stored => TimeOf(stored));
}
