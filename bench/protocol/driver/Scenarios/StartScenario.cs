using UserDomain.LoadDriver.Measuring;
using UserDomain.LoadDriver.Servers;

namespace UserDomain.LoadDriver.Scenarios;

/// <summary>From the start of a program to its first answer, with all it stores already there, and the memory it then rests at.</summary>
internal sealed class StartScenario(IReadOnlyList<Server> servers) : IScenario
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    public string Name => "start";

    public IEnumerable<Server> Servers => servers;

    public async Task<bool> RunAsync(Settings settings)
    {
        var starts = servers.ToDictionary(server => server, _ => new List<Start>());
        for (var round = 0; round < settings.Rounds; round++)
        {
            foreach (var server in servers)
            {
                await server.StopAsync();
                var elapsed = await server.StartAsync();
                var time = server.Time;
                await Task.Delay(Rest);
                starts[server].Add(new(elapsed.TotalMilliseconds, time.TotalMilliseconds, server.ResidentMemory));
            }
        }

        Report.Print(starts.ToDictionary(pair => pair.Key.Name, pair => new Start(
            Figures.Middle(pair.Value, start => start.Elapsed), Figures.Middle(pair.Value, start => start.Time), Figures.Middle(pair.Value, start => start.Memory))));
        return true;
    }
}

/// <summary>One start, or the medians of several.</summary>
/// <param name="Elapsed">Milliseconds to the first 200 of discovery.</param>
/// <param name="Time">Processor time until then, in milliseconds.</param>
/// <param name="Memory">Resident MiB some seconds later.</param>
internal sealed record Start(double Elapsed, double Time, double Memory);
