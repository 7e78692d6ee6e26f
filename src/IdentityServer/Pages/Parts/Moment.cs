using System.Globalization;
using Microsoft.Extensions.Localization;
using UserDomain.IdentityServer.Resources;

namespace UserDomain.IdentityServer.Pages.Parts;

/// <summary>Points in time as people read them.</summary>
internal static class Moment
{
    /// <summary>For programs: RFC 3339.</summary>
    public static string Exact(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>To the second, UTC.</summary>
    public static string InFull(IStringLocalizer<AccountText> text, DateTimeOffset time) =>
        $"{Day(text, time.UtcDateTime)}, {time.UtcDateTime.ToString("HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)}";

    /// <summary>As in "today at 09:12". Where the person's zone is not known it is UTC, and says so.</summary>
    public static string InWords(IStringLocalizer<AccountText> text, DateTimeOffset time, DateTimeOffset now, string? zoneInfo)
    {
        var known = TimeZoneInfo.TryFindSystemTimeZoneById(zoneInfo ?? "", out var zone);
        var (there, today) = (TimeZoneInfo.ConvertTime(time, zone ?? TimeZoneInfo.Utc), TimeZoneInfo.ConvertTime(now, zone ?? TimeZoneInfo.Utc));
        var clock = there.ToString(known ? "HH:mm" : "HH:mm 'UTC'", CultureInfo.InvariantCulture);
        return (today.Date - there.Date).Days switch
        {
            0 => text["Moment.Today", clock],
            1 => text["Moment.Yesterday", clock],
            _ => text["Moment.Date", Day(text, there.DateTime), clock],
        };
    }

    private static string Day(IStringLocalizer<AccountText> text, DateTime time) => time.ToString(text["Moment.Day"], CultureInfo.CurrentCulture);
}
