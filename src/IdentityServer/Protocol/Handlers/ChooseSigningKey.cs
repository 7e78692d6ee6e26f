using OpenIddict.Server;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Keys;
using UserDomain.IdentityServer.Protocol.SignedResponses;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Handlers;

/// <summary>
/// Has an ID token signed by the algorithm its client asked for when it was registered, RS256 where it said nothing (OpenID Connect Dynamic Client
/// Registration 1.0 section 2). All other tokens are for our own APIs and ourselves and take the key that costs least. The key is that of the ring: the
/// library sorts them, and more than sixteen do not stay in order.
/// </summary>
internal sealed class ChooseSigningKey(ResponseSigner signer, KeyRing ring) : IOpenIddictServerHandler<GenerateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<GenerateTokenContext>()
        .UseScopedHandler<ChooseSigningKey>()
        .SetOrder(OpenIddictServerHandlers.Protection.AttachSecurityCredentials.Descriptor.Order + 500)
        .Build();

    public async ValueTask HandleAsync(GenerateTokenContext context) =>
        context.SigningCredentials = context.TokenType == TokenTypeIdentifiers.IdentityToken
            ? await signer.KeyAsync(context.ClientId, ClientSettings.IdTokenAlgorithm, context.CancellationToken)
            : ring.Signing[0];
}
