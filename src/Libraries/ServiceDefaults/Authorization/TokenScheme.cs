using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using UserDomain.ServiceDefaults.Dpop;

namespace UserDomain.ServiceDefaults.Authorization;

/// <summary>The schemes an access token is sent by, and what is said about them in challenges (RFC 6750 section 3, RFC 9449 section 7.1).</summary>
public static class TokenScheme
{
    /// <summary>A token that is bound to a key was sent without need of it.</summary>
    public static readonly DpopRefusal NotBearer = new("invalid_token", "The access token is bound to a key: send it by the scheme DPoP, with a proof.");

    /// <summary>A token that is bound to no key was sent as if it were.</summary>
    public static readonly DpopRefusal NotDpop = new("invalid_token", "The access token is not bound to a key: send it by the scheme Bearer.");

    /// <summary>The proof is one of somebody else.</summary>
    public static readonly DpopRefusal OtherKey = new(DpopErrors.InvalidProof, "The proof is not by the key the access token is bound to.");

    /// <summary>The connection is one of somebody else, or of nobody in particular.</summary>
    public static readonly DpopRefusal OtherCertificate = new("invalid_token", "The access token is bound to a certificate: connect with that certificate, at the host for certificates.");

    private const string Prefix = DpopHeaders.Dpop + " ";

    /// <summary>How to say that the scheme DPoP is known.</summary>
    public static string Dpop { get; } = $"DPoP algs=\"{DpopAlgorithms.Listed}\"";

    /// <summary>Whether a request has one token, by the scheme DPoP.</summary>
    public static bool IsDpop(HttpRequest request) =>
        request.Headers.Authorization is [{ } sent] && sent.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>The token sent by the scheme DPoP; null if it was sent otherwise or not at all.</summary>
    public static string? TokenOf(HttpRequest request) =>
        IsDpop(request) ? request.Headers.Authorization[0]![Prefix.Length..].Trim() : null;

    /// <summary>Why a token cannot be used as it was sent, its proof apart; null if it can.</summary>
    /// <param name="bound">What it is bound to, if anything.</param>
    /// <param name="dpop">Whether it was sent by the scheme DPoP.</param>
    /// <param name="certificate">That of the client, if it has shown one.</param>
    public static DpopRefusal? RefusalOf(Confirmation? bound, bool dpop, X509Certificate2? certificate) => (bound, dpop) switch
    {
        (null, false) => null,
        (null or { KeyThumbprint: null }, true) => NotDpop,
        ({ KeyThumbprint: not null } or { CertificateThumbprint: null }, false) => NotBearer,
        _ => bound.Allows(certificate) ? null : OtherCertificate,
    };

    /// <summary>Says why a token or its proof was refused, in the words of the scheme it was sent by.</summary>
    /// <param name="refusal">Why.</param>
    /// <param name="dpop">Whether it was sent by the scheme DPoP.</param>
    public static string[] Challenge(DpopRefusal refusal, bool dpop)
    {
        var error = $"error=\"{refusal.Error}\", error_description=\"{refusal.Description}\"";
        return dpop ? [$"DPoP {error}, algs=\"{DpopAlgorithms.Listed}\""] : [$"Bearer {error}", Dpop];
    }
}
