using System.Globalization;

namespace UserDomain.AdminUi.Display;

/// <summary>A time as people say it, and as machines write it.</summary>
internal static class RelativeTime
{
    /// <summary>A text of the resource file and its argument, or null when the time is so far away that its date says more.</summary>
    public static (string Text, int Count)? Describe(DateTimeOffset time, DateTimeOffset now)
    {
        var past = now - time;
        var distance = past.Duration();
        var ahead = past < TimeSpan.Zero;
        return distance switch
        {
            _ when distance < TimeSpan.FromMinutes(1) => ("just now", 0),
            _ when distance < TimeSpan.FromHours(1) => (ahead ? "in {0} min" : "{0} min ago", (int)distance.TotalMinutes),
            _ when distance < TimeSpan.FromDays(1) => (ahead ? "in {0} h" : "{0} h ago", (int)distance.TotalHours),
            _ when distance < TimeSpan.FromDays(14) => (ahead ? "in {0} d" : "{0} d ago", (int)distance.TotalDays),
            _ => null,
        };
    }

    /// <summary>The date alone.</summary>
    public static string Date(DateTimeOffset time) => time.UtcDateTime.ToString("d MMM yyyy", CultureInfo.CurrentCulture);

    /// <summary>To the second.</summary>
    public static string Exact(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
