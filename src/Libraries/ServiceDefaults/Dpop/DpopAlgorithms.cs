namespace UserDomain.ServiceDefaults.Dpop;

/// <summary>How proofs may be signed: what FAPI 2.0 allows (section 5.4) and IdentityModel can verify. RSASSA-PKCS1-v1_5 is not among it.</summary>
public static class DpopAlgorithms
{
    /// <summary>By their names in JWA (RFC 7518 section 3.1), the usual one first.</summary>
    public static readonly IReadOnlyList<string> All = ["ES256", "ES384", "PS256"];

    /// <summary>As they are told in a challenge (RFC 9449 section 7.1).</summary>
    public static readonly string Listed = string.Join(' ', All);
}
