using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using UserDomain.Database;
using UserDomain.IdentityStore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Handlers;

/// <summary>Ties a token without a row to its grant, so that the built-in check refuses it once the grant is ended.</summary>
internal sealed class RestoreGrant : IOpenIddictServerHandler<ValidateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ValidateTokenContext>()
        .UseSingletonHandler<RestoreGrant>()
        .SetOrder(OpenIddictServerHandlers.Protection.RestoreTokenEntryProperties.Descriptor.Order + 500)
        .Build();

    public ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.Principal is { } principal && principal.HasTokenType(TokenTypeIdentifiers.AccessToken))
        {
            context.AuthorizationId ??= principal.GetAuthorizationId();
        }

        return default;
    }
}

/// <summary>Refuses an access token the revocation log names, at UserInfo and introspection (RFC 7009 section 2).</summary>
internal sealed class RefuseRevokedToken(IdentityStoreContext store, TimeProvider time) : IOpenIddictServerHandler<ValidateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ValidateTokenContext>()
        .UseScopedHandler<RefuseRevokedToken>()
        .SetOrder(OpenIddictServerHandlers.Protection.ValidateAuthorizationEntry.Descriptor.Order + 500)
        .Build();

    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.Principal is not { } principal || !principal.HasTokenType(TokenTypeIdentifiers.AccessToken))
        {
            return;
        }

        // A token may be named by itself, by its session, its user or its client; these names never collide across kinds.
        string?[] names = [principal.GetClaim(Claims.JwtId), principal.GetClaim(Contracts.TokenClaims.SessionId), principal.GetClaim(Claims.Subject), principal.GetClaim(Claims.ClientId)];
        var issued = principal.GetCreationDate() ?? DateTimeOffset.MinValue;
        var now = time.GetStoredNow();
        if (await store.Revocations.AnyAsync(row => names.Contains(row.Value) && row.IssuedBefore >= issued && row.ExpiresAt > now, context.CancellationToken))
        {
            context.Reject(Errors.InvalidToken, "The access token was revoked.");
        }
    }
}
