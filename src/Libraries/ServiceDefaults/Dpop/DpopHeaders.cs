namespace UserDomain.ServiceDefaults.Dpop;

/// <summary>Names of RFC 9449 on the wire.</summary>
public static class DpopHeaders
{
    /// <summary>The header a proof is in, and the scheme of a token that needs one (sections 4.1 and 7.1).</summary>
    public const string Dpop = "DPoP";

    /// <summary>The header a nonce for the next proof is in (section 8).</summary>
    public const string Nonce = "DPoP-Nonce";
}

/// <summary>Why a proof was refused, as a client is told.</summary>
/// <param name="Error">One of <see cref="DpopErrors"/>.</param>
/// <param name="Description">For whoever develops the client.</param>
public sealed record DpopRefusal(string Error, string Description);

/// <summary>Error codes of RFC 9449 section 12.2.</summary>
public static class DpopErrors
{
    /// <summary>There is something wrong with the proof.</summary>
    public const string InvalidProof = "invalid_dpop_proof";

    /// <summary>The proof lacks a nonce of ours, or has one that is too old.</summary>
    public const string UseNonce = "use_dpop_nonce";
}
