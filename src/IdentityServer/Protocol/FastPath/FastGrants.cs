using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;
using UserDomain.Contracts;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Protocol.Subjects;
using UserDomain.IdentityServer.Protocol.Token;
using UserDomain.IdentityServer.Protocol.TokenStorage;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.FastPath;

/// <summary>The tokens a user's code (RFC 6749 section 4.1.3) or refresh token (section 6) is good for.</summary>
internal sealed class FastGrants(
    TokenRows rows, TokenSealer sealer, OpaqueTokens opaque, SubjectGate gate, SubjectPermissions permissions, TokenWriter tokens, TimeProvider time)
{
    /// <summary>Answers a request with a refresh token; null if that is for the pipeline to do.</summary>
    public async ValueTask<TokenAnswer?> RefreshAsync(PlainRequest request, CancellationToken cancellationToken) =>
        request.Has(Parameters.GrantType, Parameters.RefreshToken) && request.Client.MayUse(Permissions.GrantTypes.RefreshToken)
        && await FindAsync(request, Parameters.RefreshToken, TokenTypeIdentifiers.RefreshToken, cancellationToken) is var (row, grant)
            ? await IssueAsync(request.Client, row, grant, cancellationToken)
            : null;

    /// <summary>Answers a request with a code; null if that is for the pipeline to do.</summary>
    public async ValueTask<TokenAnswer?> ExchangeAsync(PlainRequest request, CancellationToken cancellationToken) =>
        request.Has(Parameters.GrantType, Parameters.Code, Parameters.RedirectUri, Parameters.CodeVerifier) && request.Client.MayUse(Permissions.GrantTypes.AuthorizationCode)
        && await FindAsync(request, Parameters.Code, TokenTypeIdentifiers.Private.AuthorizationCode, cancellationToken) is var (row, grant)
        && grant.RedirectUri == request.Sent[Parameters.RedirectUri] && IsVerified(grant, request.Sent[Parameters.CodeVerifier])
            ? await IssueAsync(request.Client, row, grant, cancellationToken)
            : null;

    // RFC 7636 section 4.6.
    private static bool IsVerified(PlainGrant grant, string verifier) => grant.Challenge is { } challenge && CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(challenge), Encoding.ASCII.GetBytes(Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)))));

    private async ValueTask<(TokenRow Row, PlainGrant Grant)?> FindAsync(PlainRequest request, string parameter, string type, CancellationToken cancellationToken) =>
        await rows.FindAsync(OpaqueTokens.ReferenceOf(request.Sent[parameter]), cancellationToken) is { Token: { Status: Statuses.Valid, Payload: { } payload } token } row
        && token.Type == type && token.ExpirationDate > time.GetUtcNow().UtcDateTime && row.ClientId == request.Client.Id && TokenSealer.IsSealed(payload)
        && sealer.Open(payload, token.Id.ToString()) is { } claims && PlainGrant.Of(claims, request.Client) is { } grant
            ? (row, grant)
            : null;

    private async ValueTask<TokenAnswer?> IssueAsync(PlainClient client, TokenRow used, PlainGrant grant, CancellationToken cancellationToken)
    {
        var (api, refusal) = AccessTokenAudience.Choose(grant.Resources, grant.Scopes);
        if (refusal is not null || await gate.CheckAsync(grant.Claims, cancellationToken) is not { User: { } user })
        {
            return null;
        }

        var origin = grant.Origin(user.Version);
        var scopes = grant.Scopes.Where(scope => Api.OfScope(scope) is not { } other || other == api).ToList();
        var held = api is null ? [] : (await permissions.OfAsync(grant.Subject, cancellationToken)).Where(api.Scopes.Contains).Order(StringComparer.Ordinal).ToList();
        var accessToken = tokens.Write(new AccessToken(grant.Subject, client.ClientId, api, scopes, held, origin));
        var identityToken = grant.Scopes.Contains(OpenIdScopes.OpenId)
            ? tokens.Write(
                new IdentityToken(grant.Subject, client.ClientId, origin, grant.Nonce, accessToken),
                client.Settings.GetValueOrDefault(ClientSettings.IdTokenAlgorithm, SecurityAlgorithms.RsaSha256))
            : null;
        var refreshToken = grant.Scopes.Contains(OpenIdScopes.OfflineAccess) && client.MayUse(Permissions.GrantTypes.RefreshToken)
            ? opaque.Make(TokenTypeIdentifiers.RefreshToken, TokenLifetimes.RefreshTokenIdle, client.Id, Guid.Parse(origin.Id), grant.Subject, grant.Next(user.Version))
            : null;

        rows.Use(used, Statuses.Redeemed);
        try
        {
            await rows.WriteAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            // Somebody else was faster. What that means the pipeline finds out, from the row as it is now.
            rows.Forget();
            return null;
        }

        return new(accessToken, string.Join(' ', scopes), identityToken, refreshToken);
    }
}
