using System.Collections.Frozen;
using System.Globalization;
using System.Security.Claims;
using OpenIddict.Abstractions;
using UserDomain.Contracts;
using UserDomain.IdentityServer.Protocol.Token;
using UserDomain.IdentityServer.Protocol.TokenStorage;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.FastPath;

/// <summary>What a code or refresh token stands for, where all of it is known here: nothing is bound to a key, no claim was asked for by name.</summary>
/// <param name="Claims">All there is.</param>
/// <param name="Subject">The user.</param>
/// <param name="Origin">How the user came to it.</param>
/// <param name="Scopes">What was granted.</param>
/// <param name="Resources">The API the authorization request named, if it named one.</param>
internal sealed record PlainGrant(ClaimsPrincipal Claims, Guid Subject, TokenOrigin Origin, IReadOnlyList<string> Scopes, IReadOnlyList<string> Resources)
{
    private const string ChallengeMethod = OpenIddictConstants.Claims.Private.CodeChallengeMethod;

    private static readonly FrozenSet<string> Known = new[]
    {
        TokenClaims.Subject, TokenClaims.SessionId, TokenClaims.AuthenticationTime, TokenClaims.AuthenticationClass, TokenClaims.AuthenticationMethods, TokenClaims.Version,
        AccessTokenAudience.ResourceClaim,
        OpenIddictConstants.Claims.Private.Scope, OpenIddictConstants.Claims.Private.AuthorizationId, OpenIddictConstants.Claims.Private.Presenter,
        OpenIddictConstants.Claims.Private.CreationDate, OpenIddictConstants.Claims.Private.ExpirationDate, OpenIddictConstants.Claims.Private.Issuer,
        OpenIddictConstants.Claims.Private.RedirectUri, OpenIddictConstants.Claims.Private.CodeChallenge, ChallengeMethod,
        OpenIddictConstants.Claims.Private.Nonce, OpenIddictConstants.Claims.Private.TokenId, OpenIddictConstants.Claims.Private.TokenType,
    }.Concat(LateGrants.OwnClaims).ToFrozenSet();

    // What belongs to one token and not to the next, or to the code alone.
    private static readonly FrozenSet<string> OfOneToken = new[]
    {
        OpenIddictConstants.Claims.Private.CreationDate, OpenIddictConstants.Claims.Private.ExpirationDate, OpenIddictConstants.Claims.Private.TokenId,
        OpenIddictConstants.Claims.Private.TokenType, OpenIddictConstants.Claims.Private.RedirectUri, OpenIddictConstants.Claims.Private.CodeChallenge, ChallengeMethod,
    }.Concat(LateGrants.OwnClaims).ToFrozenSet();

    /// <summary>The redirect URI of the authorization request.</summary>
    public string? RedirectUri => Claims.GetClaim(OpenIddictConstants.Claims.Private.RedirectUri);

    /// <summary>The challenge of the authorization request, where its method is S256.</summary>
    public string? Challenge => Claims.GetClaim(ChallengeMethod) == CodeChallengeMethods.Sha256 ? Claims.GetClaim(OpenIddictConstants.Claims.Private.CodeChallenge) : null;

    /// <summary>The nonce of the authorization request, if there was one.</summary>
    public string? Nonce => Claims.GetClaim(OpenIddictConstants.Claims.Private.Nonce);

    /// <summary>What the next refresh token of the grant stands for.</summary>
    public IEnumerable<Claim> Next => Claims.Claims.Where(claim => !OfOneToken.Contains(claim.Type));

    /// <summary>Reads a grant; null for one with anything else in it or anything missing, or of another client.</summary>
    public static PlainGrant? Of(ClaimsPrincipal claims, PlainClient client) =>
        claims.Claims.All(claim => Known.Contains(claim.Type)) && claims.HasPresenter(client.ClientId) && Guid.TryParse(claims.GetClaim(TokenClaims.Subject), out var subject)
        && OriginOf(claims) is { } origin
            ? new(claims, subject, origin, claims.GetScopes(), claims.GetClaims(AccessTokenAudience.ResourceClaim))
            : null;

    private static TokenOrigin? OriginOf(ClaimsPrincipal claims) =>
        Guid.TryParse(claims.GetAuthorizationId(), out var grant) && Guid.TryParse(claims.GetClaim(TokenClaims.SessionId), out var session)
        && NumberOf(claims, TokenClaims.AuthenticationTime) is { } authenticated && claims.GetClaim(TokenClaims.AuthenticationClass) is { } @class
        && NumberOf(claims, TokenClaims.Version) is { } version
            ? new(grant, session, authenticated, @class, claims.GetClaims(TokenClaims.AuthenticationMethods), version)
            : null;

    private static long? NumberOf(ClaimsPrincipal claims, string name) => long.TryParse(claims.GetClaim(name), CultureInfo.InvariantCulture, out var number) ? number : null;
}
