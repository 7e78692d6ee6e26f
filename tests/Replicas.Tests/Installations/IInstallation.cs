using System.Security.Cryptography.X509Certificates;

namespace UserDomain.Replicas.Tests.Installations;

/// <summary>
/// The production shape: the gateway, two replicas of every service, PostgreSQL and Redis. Its parts can be ended and started one by one; they
/// are called <c>role-api-1</c>, <c>role-api-2</c> and so on, <c>database</c> and <c>redis</c>.
/// </summary>
internal interface IInstallation : IAsyncDisposable
{
    /// <summary>Where the gateway answers.</summary>
    Uri PublicUrl { get; }

    /// <summary>What the gateway proves itself by.</summary>
    X509Certificate2 Certificate { get; }

    /// <summary>Brings everything up.</summary>
    /// <param name="seedFile">Its path.</param>
    Task StartAsync(string seedFile);

    /// <summary>Starts a part again and waits until it is ready.</summary>
    Task StartAsync(string part, CancellationToken cancellationToken);

    /// <summary>Ends a part as an operator does, and waits for its end.</summary>
    Task StopAsync(string part, CancellationToken cancellationToken);

    /// <summary>Ends a part as a power failure does.</summary>
    Task KillAsync(string part, CancellationToken cancellationToken);

    /// <summary>Replaces all replicas of a service as an operator does.</summary>
    /// <param name="service">One of <see cref="Contracts.Services"/>.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task UpdateAsync(string service, CancellationToken cancellationToken);
}
