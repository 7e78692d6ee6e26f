using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.Tokens;
using UserDomain.ServiceDefaults.Hosting;
using UserDomain.ServiceDefaults.Jose;

namespace UserDomain.ServiceDefaults.Dpop;

/// <summary>A proof that is genuine and for this request; whether it is new only <see cref="Replays.IReplayMemory"/> can tell.</summary>
/// <param name="KeyThumbprint">The client's key (RFC 7638, SHA-256, base64url): the <c>jkt</c> of tokens.</param>
/// <param name="Id">What no other proof has.</param>
public sealed record DpopProof(string KeyThumbprint, string Id);

/// <summary>Checks proofs of possession (RFC 9449 section 4.3), for the server and the APIs alike.</summary>
/// <param name="settings">Where the product answers.</param>
/// <param name="nonces">The nonces.</param>
/// <param name="time">Clock.</param>
public sealed class DpopProofs(UserDomainSettings settings, DpopNonces nonces, TimeProvider time)
{
    private const string Type = "dpop+jwt";
    private const int MaxIdLength = 256;

    /// <summary>How far the time of a proof may be from ours.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(60);

    /// <summary>How long a proof has to be remembered: from the earliest moment it is good to the last, and a little more for clocks that differ.</summary>
    public static readonly TimeSpan Memory = (2 * Tolerance) + TimeSpan.FromSeconds(30);

    /// <summary>Checks the proof of a request, all but whether it was used before.</summary>
    /// <param name="request">The request.</param>
    /// <param name="accessToken">The token the proof has to be for, at an API; null where tokens are got.</param>
    /// <returns>The proof, or why not.</returns>
    public async ValueTask<(DpopProof? Proof, DpopRefusal? Refusal)> CheckAsync(HttpRequest request, string? accessToken)
    {
        if (request.Headers[DpopHeaders.Dpop] is not [{ Length: > 0 } sent])
        {
            return Invalid("Send exactly one DPoP header.");
        }

        if (ProofDocument.Read(sent) is not { } proof)
        {
            return Invalid("The proof is not a JWS with the members of RFC 9449 section 4.2.");
        }

        if (ProblemOf(proof.Header) is { } headerProblem)
        {
            return Invalid(headerProblem);
        }

        if (proof.Header.Jwk?.For(proof.Header.Alg!) is not { } key)
        {
            return Invalid("The jwk must be a public key that fits the alg: P-256, P-384, or RSA of 2048 to 4096 bits.");
        }

        if ((ProblemOf(proof.Claims, request) ?? ProblemOf(proof.Claims, accessToken)) is { } problem)
        {
            return Invalid(problem);
        }

        if (!await CompactJws.IsSignedByAsync(sent, proof.Header.Alg!, key))
        {
            return Invalid("The signature does not fit.");
        }

        // Last, so that only a client that has done everything else right is told what to do.
        if (proof.Claims.Nonce is { } nonce ? !nonces.Contain(nonce) : IsNonceRequired(accessToken))
        {
            return (null, new(DpopErrors.UseNonce, "Make the proof anew with the nonce of the header DPoP-Nonce."));
        }

        var thumbprint = Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
        return (new(thumbprint, IdOf(thumbprint, proof.Claims)), null);
    }

    private bool IsNonceRequired(string? accessToken) => settings.DpopNonces switch
    {
        DpopNonceRule.Everywhere => true,
        DpopNonceRule.Tokens => accessToken is null,
        _ => false,
    };

    private static string? ProblemOf(ProofHeader header) => header switch
    {
        { Typ: null } => "The typ is missing.",
        { Typ: var type } when !string.Equals(type, Type, StringComparison.OrdinalIgnoreCase) => "The typ is not dpop+jwt.",
        { Alg: null } => "The alg is missing.",
        { Alg: var algorithm } when !DpopAlgorithms.All.Contains(algorithm) => $"The alg is none of {DpopAlgorithms.Listed}.",
        { Crit: not null } => "The proof has extensions that are not understood.",
        _ => null,
    };

    private string? ProblemOf(ProofClaims claims, HttpRequest request)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds() / 1000d;
        var tolerance = Tolerance.TotalSeconds;
        return claims switch
        {
            { Jti: not { Length: > 0 and <= MaxIdLength } } => $"The jti is missing or has more than {MaxIdLength} characters.",
            _ when claims.Htm != request.Method => "The htm is not the method of the request.",
            _ when !ProofTarget.Matches(claims.Htu, request, settings) => "The htu is not the URL of the request.",
            { Iat: not { } } => "The iat is missing.",
            { Iat: var issued } when !(Math.Abs(now - issued.Value) <= tolerance) => "The iat is too far from the time of the server.",
            { Exp: { } end } when !(end > now - tolerance) => "The proof has expired.",
            { Nbf: { } start } when !(start <= now + tolerance) => "The proof is not valid yet.",
            _ => null,
        };
    }

    private static string? ProblemOf(ProofClaims claims, string? accessToken) =>
        accessToken is not null && claims.Ath != Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(accessToken)))
            ? "The ath is not the hash of the access token."
            : null;

    // The jti comes last: whatever it holds, two proofs that differ in anything before it cannot have the same text.
    private static string IdOf(string thumbprint, ProofClaims claims) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"{thumbprint} {claims.Htm} {claims.Htu} {claims.Jti}")));

    private static (DpopProof?, DpopRefusal?) Invalid(string description) => (null, new(DpopErrors.InvalidProof, description));
}
