using System.Globalization;
using UserDomain.LoadDriver.Measuring;
using UserDomain.LoadDriver.Scenarios;

namespace UserDomain.LoadDriver;

/// <summary>Prints what was measured, one table for each scenario as soon as it is there.</summary>
internal static class Report
{
    /// <summary>What the others are compared with; where it is not measured, the first is.</summary>
    private const string Reference = "openiddict";

    public static void PrintHead(Settings settings) => Line(
        $"{Environment.GetEnvironmentVariable("BENCH_MACHINE")}, {settings.Connections} connections, medians of {settings.Rounds} rounds of {settings.Measured.TotalSeconds:0} s. CPU: server and stores, ms per operation.");

    public static void Print(LoadScenario scenario, IReadOnlyDictionary<string, Result> results)
    {
        Line($"");
        Line($"{scenario.Name,-20} {"CPU",9} {"stores",8} {"ratio",7} {"op/s",8} {"p50 ms",8} {"p99 ms",8} {"RSS MiB",11} {"errors",7}");
        var medians = results.Where(result => result.Value.Runs.Count > 0).ToDictionary(result => result.Key, result => Figures.MedianOf(result.Value.Runs));
        foreach (var (name, result) in results)
        {
            if (medians.TryGetValue(name, out var median))
            {
                var (before, after) = (median.MemoryBefore, median.MemoryAfter);
                Line($"{"  " + name,-20} {median.Time,9:0.000} {median.StoreTime,8:0.000} {Ratio(median.Time, medians, one => one.Time),7} {median.Rate,8:0} {median.Median,8:0.00} {median.P99,8:0.00} {$"{before:0} > {after:0}",11} {result.ErrorShare,7:0.0%}");
            }
            else
            {
                Line($"{"  " + name,-20} nothing succeeded");
            }

            foreach (var error in result.Errors.CountBy(error => error).OrderByDescending(error => error.Value).Take(3))
            {
                Line($"    {error.Value} times {error.Key}");
            }
        }
    }

    public static void Print(IReadOnlyDictionary<string, Start> starts)
    {
        Line($"");
        Line($"{"start",-20} {"ms",9} {"CPU ms",8} {"ratio",7} {"idle MiB",9}");
        foreach (var (name, start) in starts)
        {
            Line($"{"  " + name,-20} {start.Elapsed,9:0} {start.Time,8:0} {Ratio(start.Elapsed, starts, one => one.Elapsed),7} {start.Memory,9:0}");
        }
    }

    private static string Ratio<T>(double value, IReadOnlyDictionary<string, T> all, Func<T, double> figure) =>
        (value / figure(all.TryGetValue(Reference, out var reference) ? reference : all.Values.First())).ToString("0.00", CultureInfo.InvariantCulture);

    private static void Line(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));
}
