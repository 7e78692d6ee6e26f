using UserDomain.AdminUi.Display;

namespace UserDomain.AdminUi.Tests.Display;

public sealed class HourlyChartTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 12, 30, 0, TimeSpan.Zero);

    [Fact]
    public void Shows_the_last_day_hour_by_hour_with_the_newest_last()
    {
        var chart = HourlyChart.Of([Now, Now.AddMinutes(-20), Now.AddHours(-3)], [Now.AddHours(-3)], Now);

        Assert.Equal(24, chart.Hours.Count);
        Assert.Equal(new(new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero), 2, 0), chart.Hours[^1]);
        Assert.Equal((1, 1), (chart.Hours[^4].SignIns, chart.Hours[^4].Refusals));
        Assert.Equal(3, chart.Hours.Sum(hour => hour.SignIns));
    }

    [Fact]
    public void The_scale_reaches_the_highest_bar()
    {
        Assert.Equal(4, HourlyChart.Of([], [], Now).Top);
        Assert.Equal(8, HourlyChart.Of(Enumerable.Repeat(Now, 5), [], Now).Top);
        Assert.Equal(8, HourlyChart.Of(Enumerable.Repeat(Now, 5), Enumerable.Repeat(Now, 3), Now).Top);
    }
}
