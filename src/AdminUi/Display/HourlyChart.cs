using System.Globalization;

namespace UserDomain.AdminUi.Display;

/// <summary>Sign-ins and refusals of the last day, hour by hour, as bars of a picture whose size is fixed.</summary>
/// <param name="Hours">One entry for each hour, the oldest first.</param>
internal sealed record HourlyChart(IReadOnlyList<HourlyChart.Hour> Hours)
{
    public const int Width = 720;
    public const int Height = 180;
    private const int HourCount = 24;
    private const int BarWidth = 20;

    /// <summary>What happened in one hour.</summary>
    internal sealed record Hour(DateTimeOffset Start, int SignIns, int Refusals);

    public static HourlyChart Of(IEnumerable<DateTimeOffset> signIns, IEnumerable<DateTimeOffset> refusals, DateTimeOffset now)
    {
        var newest = HourOf(now);
        var done = signIns.CountBy(HourOf).ToDictionary();
        var refused = refusals.CountBy(HourOf).ToDictionary();
        return new([.. Enumerable.Range(1 - HourCount, HourCount).Select(offset => newest.AddHours(offset))
            .Select(hour => new Hour(hour, done.GetValueOrDefault(hour), refused.GetValueOrDefault(hour)))]);
    }

    /// <summary>The highest value, rounded up so that the scale has whole steps.</summary>
    public int Top => Math.Max(4, (Hours.Max(hour => hour.SignIns + hour.Refusals) + 3) / 4 * 4);

    public static int Left(int index) => (index * Width / HourCount) + ((Width / HourCount - BarWidth) / 2);

    public string Length(int count) => ((double)count * Height / Top).ToString("0.#", CultureInfo.InvariantCulture);

    public string From(int count) => (Height - ((double)count * Height / Top)).ToString("0.#", CultureInfo.InvariantCulture);

    private static DateTimeOffset HourOf(DateTimeOffset time) =>
        new(time.UtcDateTime.Date.AddHours(time.UtcDateTime.Hour), TimeSpan.Zero);
}
