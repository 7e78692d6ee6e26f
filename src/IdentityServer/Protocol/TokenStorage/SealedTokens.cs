using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.TokenStorage;

/// <summary>
/// What a code or refresh token stands for is kept in its row, sealed; the token itself is 256 random bits. The library would put an encrypted JWT there, which nobody
/// else ever reads and which costs as much as an access token to make, and twice that to read.
/// </summary>
internal static class SealedTokens
{
    public static void AddSealedTokens(this OpenIddictServerBuilder server)
    {
        server.Services.AddSingleton<TokenSealer>();
        server.AddEventHandler(Seal.Descriptor);
        server.AddEventHandler(Open.Descriptor);
    }

    private sealed class Seal(TokenSealer sealer) : IOpenIddictServerHandler<GenerateTokenContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
            .CreateBuilder<GenerateTokenContext>()
            .UseSingletonHandler<Seal>()
            .SetOrder(OpenIddictServerHandlers.Protection.GenerateIdentityModelToken.Descriptor.Order - 500)
            .Build();

        public ValueTask HandleAsync(GenerateTokenContext context)
        {
            if (context.TokenType is TokenTypeIdentifiers.Private.AuthorizationCode or TokenTypeIdentifiers.RefreshToken)
            {
                context.Token = sealer.Seal(context.Principal.Claims, context.Principal.GetTokenId()!);
            }

            return default;
        }
    }

    private sealed class Open(TokenSealer sealer) : IOpenIddictServerHandler<ValidateTokenContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
            .CreateBuilder<ValidateTokenContext>()
            .UseSingletonHandler<Open>()
            .SetOrder(OpenIddictServerHandlers.Protection.ValidateReferenceTokenIdentifier.Descriptor.Order + 500)
            .Build();

        public ValueTask HandleAsync(ValidateTokenContext context)
        {
            // Only what came out of a row: somebody may send such a text.
            if (!context.IsReferenceToken || context.TokenId is not { } id || !TokenSealer.IsSealed(context.Token))
            {
                return default;
            }

            context.Principal = sealer.Open(context.Token, id);
            if (context.Principal is null)
            {
                context.Reject(Errors.InvalidToken, "The token is not valid.");
            }

            return default;
        }
    }
}
