namespace UserDomain.IdentityServer.SignIn.Passwords;

/// <summary>How much hashing is let in (LOG-03).</summary>
/// <param name="AtOnce">Hashes computed at the same time.</param>
/// <param name="Waiting">Callers waiting for their turn.</param>
/// <param name="Wait">How long each of them waits at most.</param>
internal sealed record HashingGateLimits(int AtOnce, int Waiting, TimeSpan Wait)
{
    /// <summary>Half of the processors, so that tokens are issued while the rest is busy hashing.</summary>
    public static HashingGateLimits ForThisMachine { get; } =
        new(Math.Max(1, Environment.ProcessorCount / 2), Waiting: 64, TimeSpan.FromSeconds(2));
}
