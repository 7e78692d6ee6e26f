using System.Reflection;
using Microsoft.AspNetCore.Builder;

namespace UserDomain.ServiceDefaults.Hosting;

/// <summary>A service as a host sees it: what it registers and what it answers. The same value runs alone or inside the all-in-one host.</summary>
/// <param name="Name">One of <see cref="Contracts.Services"/>.</param>
/// <param name="Assembly">Where its pages, static files and validation live.</param>
/// <param name="Add">Registers its services.</param>
/// <param name="Map">Adds its middleware and endpoints.</param>
public sealed record ServiceDescription(string Name, Assembly Assembly, Action<WebApplicationBuilder> Add, Action<WebApplication> Map)
{
    /// <summary>What its program can do anywhere: without settings, a database or a service.</summary>
    public IReadOnlyList<OfflineCommand> OfflineCommands { get; init; } = [];
}

/// <summary>Something a program does and ends, with nothing but its arguments.</summary>
/// <param name="Name">The word it is started with.</param>
/// <param name="RunAsync">The work, with the arguments after the word and where to print. Throws <see cref="StartupException"/> for what the operator has to know.</param>
public sealed record OfflineCommand(string Name, Func<string[], TextWriter, Task> RunAsync);
