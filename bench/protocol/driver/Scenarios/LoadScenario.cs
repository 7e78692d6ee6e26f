using UserDomain.LoadDriver.Measuring;
using UserDomain.LoadDriver.Servers;

namespace UserDomain.LoadDriver.Scenarios;

/// <summary>A worker with what it holds open.</summary>
internal sealed record Worker(Func<Task> Operation, IDisposable Connection) : IDisposable
{
    /// <summary>What goes on beside it and is not measured.</summary>
    public IDisposable? Beside { get; init; }

    public void Dispose()
    {
        Beside?.Dispose();
        Connection.Dispose();
    }
}

/// <summary>What is asked of a server.</summary>
/// <param name="Name">A line of the report.</param>
/// <param name="Server">The server.</param>
/// <param name="PrepareAsync">Makes a worker: opens its connection and gets the tokens it begins with.</param>
internal sealed record Subject(string Name, Server Server, Func<Server, Task<Worker>> PrepareAsync);

/// <summary>The same load on each of several subjects.</summary>
internal sealed class LoadScenario(string name, IReadOnlyList<Subject> subjects) : IScenario
{
    private const double ToleratedErrors = 0.01;

    public string Name => name;

    public IEnumerable<Server> Servers => subjects.Select(subject => subject.Server);

    /// <summary>Connections, where not as many as usual.</summary>
    public int? Connections { get; init; }

    /// <summary>Between two operations of a connection.</summary>
    public TimeSpan Pause { get; init; }

    public async Task<bool> RunAsync(Settings settings)
    {
        var results = subjects.ToDictionary(subject => subject.Name, _ => new Result());
        for (var round = 0; round < settings.Rounds; round++)
        {
            foreach (var subject in subjects)
            {
                await MeasureAsync(subject, settings, round == 0 ? subject.Server.FirstWarmUp : settings.WarmUp, results[subject.Name]);
            }
        }

        Report.Print(this, results);
        return results.Values.All(result => result.Runs.Count == settings.Rounds && result.ErrorShare <= ToleratedErrors);
    }

    private async Task MeasureAsync(Subject subject, Settings settings, TimeSpan warmUp, Result result)
    {
        var workers = new List<Worker>();
        try
        {
            for (var number = 0; number < (Connections ?? settings.Connections); number++)
            {
                workers.Add(await subject.PrepareAsync(subject.Server));
            }

            var (figures, load) = await Figures.MeasureAsync(subject.Server, [.. workers.Select(worker => worker.Operation)], warmUp, settings.Measured, Pause);
            result.Add(figures, load);
        }
        catch (Exception exception) when (ClosedLoop.IsFailure(exception))
        {
            // Whoever does not get as far as a first token is measured no further; the others are.
            result.Errors.Add(exception.Message);
        }
        finally
        {
            workers.ForEach(worker => worker.Dispose());
        }
    }
}
