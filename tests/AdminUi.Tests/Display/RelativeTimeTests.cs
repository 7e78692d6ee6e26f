using UserDomain.AdminUi.Display;

namespace UserDomain.AdminUi.Tests.Display;

public sealed class RelativeTimeTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, "just now", 0)]
    [InlineData(-59, "just now", 0)]
    [InlineData(-60, "{0} min ago", 1)]
    [InlineData(-3599, "{0} min ago", 59)]
    [InlineData(-3600, "{0} h ago", 1)]
    [InlineData(-86399, "{0} h ago", 23)]
    [InlineData(-86400, "{0} d ago", 1)]
    [InlineData(-13 * 86400, "{0} d ago", 13)]
    [InlineData(900, "in {0} min", 15)]
    [InlineData(7200, "in {0} h", 2)]
    [InlineData(86400, "in {0} d", 1)]
    public void Says_how_far_away_a_time_is(int seconds, string text, int count) =>
        Assert.Equal((text, count), RelativeTime.Describe(Now.AddSeconds(seconds), Now));

    [Theory]
    [InlineData(-14)]
    [InlineData(-400)]
    [InlineData(14)]
    public void Leaves_a_distant_time_to_its_date(int days) => Assert.Null(RelativeTime.Describe(Now.AddDays(days), Now));

    [Fact]
    public void The_exact_time_is_utc_wherever_it_was_written() =>
        Assert.Equal("2026-03-04 12:00:00 UTC", RelativeTime.Exact(new(2026, 3, 4, 14, 0, 0, TimeSpan.FromHours(2))));
}
