using OpenIddict.Server;
using UserDomain.IdentityServer.Clients;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Handlers;

/// <summary>
/// Signs an ID token by the algorithm its client asked for when it was registered, RS256 where it said nothing (OpenID Connect Dynamic Client
/// Registration 1.0 section 2). Access tokens are for our own APIs and take the first key, which costs less.
/// </summary>
internal sealed class SignIdentityToken(ClientManager clients) : IOpenIddictServerHandler<GenerateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<GenerateTokenContext>()
        .UseScopedHandler<SignIdentityToken>()
        .SetOrder(OpenIddictServerHandlers.Protection.AttachSecurityCredentials.Descriptor.Order + 500)
        .Build();

    public async ValueTask HandleAsync(GenerateTokenContext context)
    {
        if (context.TokenType != TokenTypeIdentifiers.IdentityToken || await clients.FindByClientIdAsync(context.ClientId!, context.CancellationToken) is not { } client)
        {
            return;
        }

        var algorithm = (await clients.GetSettingsAsync(client, context.CancellationToken)).GetValueOrDefault(ClientSettings.IdTokenAlgorithm, Algorithms.RsaSha256);
        context.SigningCredentials = context.Options.SigningCredentials.First(credentials => credentials.Algorithm == algorithm);
    }
}
