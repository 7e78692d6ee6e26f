using System.Text.Json;
using UserDomain.ServiceDefaults.Jose;

namespace UserDomain.ServiceDefaults.Dpop;

/// <summary>A proof as it was sent, taken apart and not believed yet: header and payload have the members of RFC 9449 section 4.2.</summary>
internal sealed record ProofDocument(ProofHeader Header, ProofClaims Claims)
{
    // One with a key of 4096 bits has some 2000 characters.
    private const int MaxLength = 4096;

    /// <summary>Takes a proof apart; null if it is none.</summary>
    public static ProofDocument? Read(string proof) =>
        CompactJws.Read<ProofHeader, ProofClaims>(proof, MaxLength) is var (header, claims) ? new(header, claims) : null;
}

/// <summary>The header: members nobody here asks for are passed over.</summary>
internal sealed record ProofHeader(string? Typ, string? Alg, Jwk? Jwk, JsonElement? Crit);

/// <summary>The payload.</summary>
internal sealed record ProofClaims(string? Jti, string? Htm, string? Htu, double? Iat, double? Exp, double? Nbf, string? Ath, string? Nonce);
