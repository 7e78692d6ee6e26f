using OpenIddict.Abstractions;
using OpenIddict.Server;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Events;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Sessions;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Handlers;

/// <summary>
/// Revocation by a client (RFC 7009): an access token has no row, so it is entered in the revocation log, which the APIs follow.
/// </summary>
internal sealed class RevokeAccessToken(IdentityStoreContext store, AuditRecorder audit, TimeProvider time)
    : IOpenIddictServerHandler<HandleRevocationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<HandleRevocationRequestContext>()
        .UseScopedHandler<RevokeAccessToken>()
        .SetOrder(OpenIddictServerHandlers.Revocation.RevokeToken.Descriptor.Order - 500)
        .Build();

    public async ValueTask HandleAsync(HandleRevocationRequestContext context)
    {
        var token = context.GenericTokenPrincipal;
        if (token is null || !token.HasTokenType(TokenTypeIdentifiers.AccessToken) || token.GetClaim(Claims.JwtId) is not { Length: > 0 } id)
        {
            return;
        }

        store.Revocations.Add(Revocation.Of(RevocationKinds.Token, id, time.GetStoredNow()));
        var client = context.Request.ClientId!;
        audit.Record(store, AuditEventTypes.TokenRevoked, new AuditParty("token", id), origin: new(new AuditParty("client", client), client));
        await store.SaveChangesAsync(context.CancellationToken);
        context.HandleRequest();
    }
}
