using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using UserDomain.Contracts;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Protocol.Token;
using UserDomain.IdentityServer.Protocol.TokenStorage;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.FastPath;

/// <summary>
/// The tokens a user's code (RFC 6749 section 4.1.3) or refresh token (section 6) is good for. What it stands for is read from itself; the store is told once, to use it up if
/// it and its user are as they were, and asked why not by the pipeline.
/// </summary>
internal sealed class FastGrants(TokenRows rows, LateGrants late, TokenSealer sealer, OpaqueTokens opaque, SubjectPermissions permissions, TokenWriter tokens)
{
    /// <summary>Answers a request with a refresh token; null if that is for the pipeline to do.</summary>
    public async ValueTask<TokenAnswer?> RefreshAsync(PlainRequest request, CancellationToken cancellationToken) =>
        request.Has(Parameters.GrantType, Parameters.RefreshToken) && request.Client.MayUse(Permissions.GrantTypes.RefreshToken)
        && Read(request, Parameters.RefreshToken) is var (token, grant)
            ? await IssueAsync(request.Client, token, TokenTypeIdentifiers.RefreshToken, grant, cancellationToken)
            : null;

    /// <summary>Answers a request with a code; null if that is for the pipeline to do.</summary>
    public async ValueTask<TokenAnswer?> ExchangeAsync(PlainRequest request, CancellationToken cancellationToken) =>
        request.Has(Parameters.GrantType, Parameters.Code, Parameters.RedirectUri, Parameters.CodeVerifier) && request.Client.MayUse(Permissions.GrantTypes.AuthorizationCode)
        && Read(request, Parameters.Code) is var (token, grant)
        && grant.RedirectUri == request.Sent[Parameters.RedirectUri] && IsVerified(grant, request.Sent[Parameters.CodeVerifier])
            ? await IssueAsync(request.Client, token, TokenTypeIdentifiers.Private.AuthorizationCode, grant, cancellationToken)
            : null;

    // RFC 7636 section 4.6.
    private static bool IsVerified(PlainGrant grant, string verifier) => grant.Challenge is { } challenge && CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(challenge), Encoding.ASCII.GetBytes(Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)))));

    private (TokenText Token, PlainGrant Grant)? Read(PlainRequest request, string parameter) =>
        TokenText.TryRead(request.Sent[parameter], out var token) && sealer.Open(token) is { } claims && PlainGrant.Of(claims, request.Client) is { } grant ? (token, grant) : null;

    private async ValueTask<TokenAnswer?> IssueAsync(PlainClient client, TokenText used, string type, PlainGrant grant, CancellationToken cancellationToken)
    {
        var (api, refusal) = AccessTokenAudience.Choose(grant.Resources, grant.Scopes);
        if (refusal is not null)
        {
            return null;
        }

        var refreshToken = grant.Scopes.Contains(OpenIdScopes.OfflineAccess) && client.MayUse(Permissions.GrantTypes.RefreshToken)
            ? opaque.MakeRefreshToken(client.Id, grant)
            : null;
        var written = type == TokenTypeIdentifiers.Private.AuthorizationCode && await late.ReadAsync(grant.Claims, cancellationToken) is { } begun
            ? rows.RedeemAsync(begun, cancellationToken)
            : rows.RenewAsync(new(used.Id, used.Reference, type, grant.Origin.Id, grant.Origin.SessionId, grant.Subject, grant.Origin.UserVersion), cancellationToken);
        if (await written is not { } roles)
        {
            return null;
        }

        var held = api is null ? [] : (await permissions.OfRolesAsync(roles, cancellationToken)).Where(api.Scopes.Contains).Order(StringComparer.Ordinal).ToList();
        var times = api is null ? null : await permissions.SessionTimesOfRolesAsync(roles, cancellationToken);
        var scopes = grant.Scopes.Where(scope => Api.OfScope(scope) is not { } other || other == api).ToList();
        var accessToken = tokens.Write(new AccessToken(grant.Subject.ToString(), client.ClientId, api, scopes, held, grant.Origin, times));
        var identityToken = grant.Scopes.Contains(OpenIdScopes.OpenId)
            ? tokens.Write(
                new IdentityToken(grant.Subject.ToString(), client.ClientId, grant.Origin, grant.Nonce, accessToken),
                client.Settings.GetValueOrDefault(ClientSettings.IdTokenAlgorithm, SecurityAlgorithms.RsaSha256))
            : null;
        return new(accessToken, string.Join(' ', scopes), identityToken, refreshToken);
    }
}
