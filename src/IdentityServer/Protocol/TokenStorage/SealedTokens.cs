using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.TokenStorage;

/// <summary>
/// What a code or refresh token stands for travels in it, sealed, and its row says how things stand with it. The library would keep an encrypted JWT in the row, which
/// nobody else ever reads, costs as much as an access token to make and twice that to read, and would have to be fetched before anything can be done.
/// </summary>
internal static class SealedTokens
{
    public static void AddSealedTokens(this OpenIddictServerBuilder server)
    {
        server.Services.AddSingleton<TokenSealer>();
        server.AddEventHandler(Seal.Descriptor);
        server.AddEventHandler(Open.Descriptor);
    }

    private sealed class Seal(TokenSealer sealer, TokenRows rows) : IOpenIddictServerHandler<GenerateTokenContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
            .CreateBuilder<GenerateTokenContext>()
            .UseScopedHandler<Seal>()
            .SetOrder(OpenIddictServerHandlers.Protection.GenerateIdentityModelToken.Descriptor.Order - 500)
            .Build();

        public async ValueTask HandleAsync(GenerateTokenContext context)
        {
            if (context.TokenType is not (TokenTypeIdentifiers.Private.AuthorizationCode or TokenTypeIdentifiers.RefreshToken))
            {
                return;
            }

            var id = Guid.Parse(context.Principal.GetTokenId()!);
            var row = await rows.FindAsync(id, context.CancellationToken) ?? throw new InvalidOperationException("A code or refresh token has a row.");
            var token = TokenText.Create(id, sealer.Seal(context.Principal.Claims, id));
            row.Token.ReferenceId = token.Reference;
            (context.Token, context.PersistTokenPayload) = (token.ToString(), false);
        }
    }

    private sealed class Open(TokenSealer sealer, TokenRows rows, LateGrants late) : IOpenIddictServerHandler<ValidateTokenContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
            .CreateBuilder<ValidateTokenContext>()
            .UseScopedHandler<Open>()
            .SetOrder(OpenIddictServerHandlers.Protection.ValidateReferenceTokenIdentifier.Descriptor.Order + 500)
            .Build();

        public async ValueTask HandleAsync(ValidateTokenContext context)
        {
            if (!TokenText.TryRead(context.Token, out var token) || sealer.Open(token) is not { } claims)
            {
                return;
            }

            var found = await rows.FindAsync(token.Reference, context.CancellationToken);
            if (found is null && context.EndpointType == OpenIddictServerEndpointType.Token && await late.WriteAsync(token, claims, context.CancellationToken))
            {
                found = await rows.FindAsync(token.Reference, context.CancellationToken);
            }

            if (found is not { } row || row.Token.Id != token.Id || !IsAwaited(context, row.Token.Type))
            {
                context.Reject(Errors.InvalidToken, "The token is not valid.");
                return;
            }

            Array.ForEach(LateGrants.OwnClaims, name => claims.RemoveClaims(name));
            (context.Principal, context.TokenId, context.IsReferenceToken) = (claims, row.Token.Id.ToString(), true);
        }

        private static bool IsAwaited(ValidateTokenContext context, string? type) => context.ValidTokenTypes.Count == 0 || context.ValidTokenTypes.Contains(type!);
    }
}
