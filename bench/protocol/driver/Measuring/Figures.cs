using UserDomain.LoadDriver.Servers;

namespace UserDomain.LoadDriver.Measuring;

/// <summary>What one run cost, or the medians of several.</summary>
/// <param name="ServerTime">Processor time of the server per operation, in milliseconds.</param>
/// <param name="StoreTime">That of the stores it works on.</param>
/// <param name="Rate">Operations per second.</param>
/// <param name="Median">Latency half of the operations stayed under, in milliseconds.</param>
/// <param name="P99">Latency 99 of 100 stayed under.</param>
/// <param name="MemoryBefore">Resident memory of the server before the load, in MiB.</param>
/// <param name="MemoryAfter">And after it.</param>
internal sealed record Figures(double ServerTime, double StoreTime, double Rate, double Median, double P99, double MemoryBefore, double MemoryAfter)
{
    /// <summary>The main figure: processor time of server and stores per operation, in milliseconds.</summary>
    public double Time => ServerTime + StoreTime;

    /// <summary>Runs workers against a server, first unmeasured.</summary>
    public static async Task<(Figures? Figures, Load Load)> MeasureAsync(Server server, IReadOnlyList<Func<Task>> workers, TimeSpan warmUp, TimeSpan measured, TimeSpan pause)
    {
        var memory = server.ResidentMemory;
        await ClosedLoop.RunAsync(workers, warmUp, TimeSpan.Zero);

        var (serverTime, storeTime) = (server.Time, server.StoreTime());
        var load = await ClosedLoop.RunAsync(workers, measured, pause);
        (serverTime, storeTime) = (server.Time - serverTime, server.StoreTime() - storeTime);

        var operations = load.Latencies.Count;
        return operations == 0 ? (null, load) : (new(
            serverTime.TotalMilliseconds / operations,
            storeTime.TotalMilliseconds / operations,
            operations / load.Elapsed.TotalSeconds,
            At(load.Latencies, 0.50),
            At(load.Latencies, 0.99),
            memory,
            server.ResidentMemory), load);
    }

    /// <summary>The median of each figure by itself.</summary>
    public static Figures MedianOf(IReadOnlyList<Figures> runs) => new(
        Middle(runs, run => run.ServerTime),
        Middle(runs, run => run.StoreTime),
        Middle(runs, run => run.Rate),
        Middle(runs, run => run.Median),
        Middle(runs, run => run.P99),
        Middle(runs, run => run.MemoryBefore),
        Middle(runs, run => run.MemoryAfter));

    /// <summary>The median of one figure.</summary>
    public static double Middle<T>(IEnumerable<T> runs, Func<T, double> figure) => At([.. runs.Select(figure).Order()], 0.5);

    private static double At(IReadOnlyList<double> ascending, double share) => ascending[(int)(share * (ascending.Count - 1))];
}
