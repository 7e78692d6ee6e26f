using Microsoft.IdentityModel.JsonWebTokens;

namespace UserDomain.RevocationFeed;

/// <summary>When a token was issued.</summary>
internal static class TokenIssuance
{
    private const int VersionSeven = 7;
    private const int BytesOfTime = 6;

    /// <summary>
    /// The claim <c>iat</c>, which knows seconds only, and of a <c>jti</c> that is a UUID of version 7 the milliseconds (RFC 9562 section 5.7): a token that is
    /// issued because another was revoked in the same second is not meant. A <c>jti</c> that tells of another second is one of somebody with other ideas.
    /// </summary>
    public static DateTimeOffset Of(JsonWebToken token)
    {
        var second = new DateTimeOffset(token.IssuedAt, TimeSpan.Zero);
        return Guid.TryParseExact(token.Id, "D", out var id) && id.Version == VersionSeven && TimeOf(id) is var exact && exact >= second && exact < second.AddSeconds(1) ? exact : second;
    }

    private static DateTimeOffset TimeOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var milliseconds = 0L;
        foreach (var part in bytes[..BytesOfTime])
        {
            milliseconds = (milliseconds << 8) | part;
        }

        return DateTimeOffset.UnixEpoch.AddMilliseconds(milliseconds);
    }
}
