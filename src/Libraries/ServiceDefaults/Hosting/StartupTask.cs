namespace UserDomain.ServiceDefaults.Hosting;

/// <summary>Work that must be done before a service answers its first request. Tasks run in the order of their registration.</summary>
/// <param name="Name">What it does, for the log.</param>
/// <param name="IsMigration">Whether the command <c>migrate</c> runs it as well.</param>
/// <param name="RunAsync">The work, with a scope of its own. Throws <see cref="StartupException"/> for what the operator can mend.</param>
public sealed record StartupTask(string Name, bool IsMigration, Func<IServiceProvider, CancellationToken, Task> RunAsync);
