using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Clients.Keys;

/// <summary>How assertions of clients may be signed, by their names in JWA (RFC 7518 section 3.1).</summary>
internal static class AssertionAlgorithms
{
    /// <summary>All that are accepted; RS256 because it is what most libraries begin with.</summary>
    public static readonly IReadOnlyList<string> All = [Algorithms.EcdsaSha256, Algorithms.EcdsaSha384, Algorithms.RsaSsaPssSha256, Algorithms.RsaSha256];

    /// <summary>What FAPI 2.0 allows of them (Security Profile section 5.4.1).</summary>
    public static readonly IReadOnlyList<string> Strict = [Algorithms.EcdsaSha256, Algorithms.RsaSsaPssSha256];
}
