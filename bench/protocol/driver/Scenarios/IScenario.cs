using UserDomain.LoadDriver.Servers;

namespace UserDomain.LoadDriver.Scenarios;

/// <summary>Something servers are measured at, in rounds: each once, then each again.</summary>
internal interface IScenario
{
    /// <summary>What it is called on the command line and in the report.</summary>
    string Name { get; }

    /// <summary>Whom it measures.</summary>
    IEnumerable<Server> Servers { get; }

    /// <summary>Measures and prints.</summary>
    /// <returns>False if too much failed for the figures to mean anything.</returns>
    Task<bool> RunAsync(Settings settings);
}
