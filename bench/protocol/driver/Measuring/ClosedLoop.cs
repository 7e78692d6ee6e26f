using System.Collections.Concurrent;
using System.Diagnostics;
using UserDomain.LoadDriver.Callers;

namespace UserDomain.LoadDriver.Measuring;

/// <summary>What a closed loop did.</summary>
/// <param name="Elapsed">From the first request to the last answer.</param>
/// <param name="Latencies">Of each operation that succeeded, in milliseconds, ascending.</param>
/// <param name="Errors">What each operation that failed said.</param>
internal sealed record Load(TimeSpan Elapsed, IReadOnlyList<double> Latencies, IReadOnlyCollection<string> Errors);

/// <summary>A number of workers, each of which does one operation after the other: none begins before its last has ended.</summary>
internal static class ClosedLoop
{
    // Who has failed this often will not recover; it would only keep both sides busy.
    private const int MostErrors = 100;

    /// <summary>Lets every worker go on until the time is over, and to the end of what it has begun.</summary>
    /// <param name="workers">What each of them does.</param>
    /// <param name="duration">How long.</param>
    /// <param name="pause">What each waits between two operations; what waits loads nothing.</param>
    public static async Task<Load> RunAsync(IEnumerable<Func<Task>> workers, TimeSpan duration, TimeSpan pause)
    {
        var errors = new ConcurrentQueue<string>();
        var clock = Stopwatch.StartNew();
        var latencies = await Task.WhenAll(workers.Select(operation => Task.Run(() => WorkAsync(operation, clock, duration, pause, errors))));
        return new(clock.Elapsed, [.. latencies.SelectMany(one => one).Order()], errors);
    }

    /// <summary>Whether this is a server that failed, and not the bench.</summary>
    public static bool IsFailure(Exception exception) => exception is WrongAnswerException or HttpRequestException or OperationCanceledException;

    private static async Task<List<double>> WorkAsync(Func<Task> operation, Stopwatch clock, TimeSpan duration, TimeSpan pause, ConcurrentQueue<string> errors)
    {
        var latencies = new List<double>();
        var failed = 0;
        while (clock.Elapsed < duration && failed < MostErrors)
        {
            var begin = Stopwatch.GetTimestamp();
            try
            {
                await operation();
                latencies.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            }
            catch (Exception exception) when (IsFailure(exception))
            {
                failed++;
                errors.Enqueue(exception.Message);
            }

            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause);
            }
        }

        return latencies;
    }
}
