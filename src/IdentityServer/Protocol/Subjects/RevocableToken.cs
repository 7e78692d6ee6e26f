using System.Security.Claims;
using OpenIddict.Abstractions;
using UserDomain.Contracts;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.Subjects;

/// <summary>What the revocation log may name an access token by. These names never collide across kinds.</summary>
/// <param name="Id">The token itself.</param>
/// <param name="SessionId">Its session.</param>
/// <param name="Subject">Its user.</param>
/// <param name="ClientId">Its client.</param>
/// <param name="IssuedAt">When the token was issued: later than what the log speaks of, it is not meant.</param>
internal sealed record RevocableToken(string? Id, string? SessionId, string? Subject, string? ClientId, DateTimeOffset IssuedAt)
{
    public const string Refusal = "The access token was revoked.";

    /// <summary>A token the log does not speak of.</summary>
    public static readonly RevocableToken None = new(null, null, null, null, DateTimeOffset.MaxValue);

    public static RevocableToken Of(ClaimsPrincipal token) => new(
        token.GetClaim(Claims.JwtId), token.GetClaim(TokenClaims.SessionId), token.GetClaim(Claims.Subject), token.GetClaim(Claims.ClientId),
        token.GetCreationDate() ?? DateTimeOffset.MinValue);
}
