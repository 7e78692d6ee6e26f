using System.Text.Json;
using UserDomain.ServiceDefaults.Jose;

namespace UserDomain.IdentityServer.Protocol.Assertions;

/// <summary>An assertion as it was sent, taken apart and not believed yet.</summary>
internal sealed record AssertionDocument(AssertionHeader Header, AssertionClaims Claims)
{
    // Some libraries put certificates into the header, of a few thousand characters.
    private const int MaxLength = 8192;

    /// <summary>Takes an assertion apart; null if it is none.</summary>
    public static AssertionDocument? Read(string assertion) =>
        CompactJws.Read<AssertionHeader, AssertionClaims>(assertion, MaxLength) is var (header, claims) ? new(header, claims) : null;
}

/// <summary>The header: members nobody here asks for, such as keys and addresses of keys, are passed over.</summary>
internal sealed record AssertionHeader(string? Typ, string? Alg, string? Kid, JsonElement? Crit);

/// <summary>The payload (RFC 7523 section 3, OpenID Connect Core 1.0 section 9).</summary>
internal sealed record AssertionClaims(string? Iss, string? Sub, JsonElement? Aud, double? Exp, double? Nbf, double? Iat, string? Jti);
