using System.Collections.Frozen;
using System.Security.Claims;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using UserDomain.Contracts;
using UserDomain.IdentityServer.Keys;
using UserDomain.IdentityServer.Protocol.Subjects;
using UserDomain.ServiceDefaults.Hosting;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.FastPath;

/// <summary>An access token of ours that is bound to nothing and says nothing out of the ordinary.</summary>
/// <param name="Named">What the revocation log may know it by.</param>
/// <param name="ClientId">Its client.</param>
/// <param name="Audience">Whom it is for.</param>
/// <param name="Scopes">What it is good for.</param>
/// <param name="GrantId">Its grant; null for one of no user.</param>
/// <param name="NotBefore">When its life begins, in seconds since 1970.</param>
/// <param name="ExpiresAt">When it ends, the same.</param>
internal sealed record KnownAccessToken(RevocableToken Named, string ClientId, string Audience, IReadOnlyList<string> Scopes, string? GrantId, long NotBefore, long ExpiresAt);

/// <summary>
/// Access tokens that were checked, known by all their characters for as long as the ring of keys stays the same: to check a signature costs three times what is left of
/// a request. Whether a token lives, and whether it has been ended, is looked at each time.
/// </summary>
internal sealed class KnownAccessTokens(KeyRing ring, UserDomainSettings settings, TimeProvider time) : IDisposable
{
    // Characters of all tokens together.
    private const int Most = 1_000_000;

    private static readonly JsonWebTokenHandler Tokens = new() { MapInboundClaims = false };

    private static readonly FrozenSet<string> KnownClaims = new[]
    {
        Claims.Issuer, Claims.ExpiresAt, Claims.IssuedAt, Claims.NotBefore, Claims.JwtId, Claims.Audience, Claims.Scope, Claims.Subject, Claims.ClientId, Claims.Private.Presenter,
        Claims.Private.AuthorizationId, TokenClaims.SessionId, TokenClaims.AuthenticationTime, TokenClaims.AuthenticationClass, TokenClaims.AuthenticationMethods, TokenClaims.Version, TokenClaims.Permissions,
    }.ToFrozenSet();

    private readonly MemoryCache _tokens = new(new MemoryCacheOptions { SizeLimit = Most });

    /// <summary>Who issued them all.</summary>
    public string Issuer => settings.Issuer;

    /// <summary>Reads a token; null for what is none, has ended or has anything in it that is not looked at here.</summary>
    public async ValueTask<KnownAccessToken?> ReadAsync(string token)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var keys = ring.Signing;
        if (!_tokens.TryGetValue(token, out Remembered? known) || known!.Keys != keys)
        {
            if (await CheckAsync(token, keys) is not { } genuine)
            {
                return null;
            }

            known = new(keys, genuine);
            _tokens.Set(token, known, new MemoryCacheEntryOptions { AbsoluteExpiration = DateTimeOffset.FromUnixTimeSeconds(genuine.ExpiresAt), Size = token.Length });
        }

        return known.Token.NotBefore <= now && now < known.Token.ExpiresAt ? known.Token : null;
    }

    public void Dispose() => _tokens.Dispose();

    private async ValueTask<KnownAccessToken?> CheckAsync(string token, IReadOnlyList<SigningCredentials> keys)
    {
        var result = await Tokens.ValidateTokenAsync(token, new()
        {
            ValidTypes = [JsonWebTokenTypes.AccessToken],
            ValidIssuer = settings.Issuer,
            IssuerSigningKeys = keys.Select(credentials => credentials.Key),
            ValidateAudience = false,
            ValidateLifetime = false,
            RequireSignedTokens = true,
        });
        return result is { IsValid: true, ClaimsIdentity: { } identity, SecurityToken: JsonWebToken genuine } && identity.Claims.All(claim => KnownClaims.Contains(claim.Type)) ? Read(identity, genuine) : null;
    }

    private static KnownAccessToken? Read(ClaimsIdentity identity, JsonWebToken token) =>
        Text(identity, Claims.ClientId) is { } client && token is { Audiences: var audiences, Subject.Length: > 0 } && audiences.ToList() is [var audience]
        && token.TryGetPayloadValue(Claims.IssuedAt, out long issuedAt) && token.TryGetPayloadValue(Claims.NotBefore, out long notBefore) && token.TryGetPayloadValue(Claims.ExpiresAt, out long expiresAt)
            ? new(
                new(token.Id, Text(identity, TokenClaims.SessionId), token.Subject, client, DateTimeOffset.FromUnixTimeSeconds(issuedAt)),
                client, audience, Text(identity, Claims.Scope)?.Split(' ') ?? [], Text(identity, Claims.Private.AuthorizationId), notBefore, expiresAt)
            : null;

    private static string? Text(ClaimsIdentity identity, string claim) => identity.FindFirst(claim)?.Value;

    private sealed record Remembered(IReadOnlyList<SigningCredentials> Keys, KnownAccessToken Token);
}
