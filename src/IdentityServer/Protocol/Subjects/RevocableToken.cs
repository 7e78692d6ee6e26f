using System.Security.Claims;
using OpenIddict.Abstractions;
using UserDomain.Contracts;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.Subjects;

/// <summary>What the revocation log may name an access token by: itself, its session, its user or its client. These names never collide across kinds.</summary>
/// <param name="Names">The names.</param>
/// <param name="IssuedAt">When the token was issued: later than what the log speaks of, it is not meant.</param>
internal sealed record RevocableToken(string[] Names, DateTimeOffset IssuedAt)
{
    public const string Refusal = "The access token was revoked.";

    /// <summary>A token the log does not speak of.</summary>
    public static readonly RevocableToken None = new([], DateTimeOffset.MaxValue);

    public static RevocableToken Of(ClaimsPrincipal token) => new(
        [.. new[] { Claims.JwtId, TokenClaims.SessionId, Claims.Subject, Claims.ClientId }.Select(token.GetClaim).OfType<string>()],
        token.GetCreationDate() ?? DateTimeOffset.MinValue);
}
