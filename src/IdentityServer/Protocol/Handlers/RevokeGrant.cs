using OpenIddict.Abstractions;
using OpenIddict.Server;
using UserDomain.Contracts;
using UserDomain.IdentityServer.Protocol.Authorization;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Handlers;

/// <summary>
/// Revocation of a refresh token by its client ends the grant with all its tokens (RFC 7009 section 2.1). The built-in step ends that one
/// token, and leaves the access tokens that came of it alive.
/// </summary>
internal sealed class RevokeGrant(GrantStore grants) : IOpenIddictServerHandler<HandleRevocationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<HandleRevocationRequestContext>()
        .UseScopedHandler<RevokeGrant>()
        .SetOrder(OpenIddictServerHandlers.Revocation.RevokeToken.Descriptor.Order - 400)
        .Build();

    public async ValueTask HandleAsync(HandleRevocationRequestContext context)
    {
        if (context.GenericTokenPrincipal is { } token && token.HasTokenType(TokenTypeIdentifiers.RefreshToken)
            && Guid.TryParse(token.GetAuthorizationId(), out var grant))
        {
            var client = context.Request.ClientId!;
            await grants.EndAsync(grant, (store, audit) =>
                audit.Record(store, AuditEventTypes.TokenRevoked, new AuditParty("grant", grant.ToString()), origin: new(new AuditParty("client", client), client)),
                context.CancellationToken);
        }
    }
}
