namespace UserDomain.ServiceDefaults.Hosting;

/// <summary>Something an operator starts a service's program for, beside the one that serves, to have it done on its store. A service that has it registers it.</summary>
/// <param name="Name">The word it is started with.</param>
/// <param name="RunAsync">The work, with a scope of its own, the argument after the word if there is one, and where to print.</param>
public sealed record OperatorCommand(string Name, Func<IServiceProvider, string?, TextWriter, CancellationToken, Task> RunAsync)
{
    /// <summary>Prints the keys of the server with their state.</summary>
    public const string ListKeys = "list-keys";

    /// <summary>Announces the next keys now.</summary>
    public const string RotateKeys = "rotate-keys";

    /// <summary>Takes a key out of use at once.</summary>
    public const string RetireKey = "retire-key";

    /// <summary>Prints the key by which the signed heads of the audit trail are checked.</summary>
    public const string AuditKey = "audit-key";

    /// <summary>Ends all access to an account that may be in wrong hands.</summary>
    public const string LockDown = "lock-down";
}
