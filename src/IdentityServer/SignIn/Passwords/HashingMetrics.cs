using System.Diagnostics.Metrics;

namespace UserDomain.IdentityServer.SignIn.Passwords;

/// <summary>Counts the hashes computed: what passwords cost this process.</summary>
internal static class HashingMetrics
{
    public const string MeterName = "UserDomain.Passwords";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Computed = Meter.CreateCounter<long>("user_domain.passwords.hashes", "{hash}", "Password hashes computed");

    /// <param name="algorithm">As in <see cref="PasswordOptions.Algorithm"/>.</param>
    /// <param name="cost">Its parameters, as they are written in the hash.</param>
    public static void Count(string algorithm, string cost) => Computed.Add(1, new("algorithm", algorithm), new("cost", cost));
}
