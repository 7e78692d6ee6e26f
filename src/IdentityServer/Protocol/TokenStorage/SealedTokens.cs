using System.Security.Claims;
using System.Security.Cryptography;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using UserDomain.ServiceDefaults.Secrets;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.TokenStorage;

/// <summary>
/// What a code or refresh token stands for is kept in its row, encrypted under the key-encryption key and bound to that row: the token itself is 256 random bits. The library
/// would put an encrypted JWT there, which nobody else ever reads and which costs as much as an access token to make, and twice that to read.
/// </summary>
internal static class SealedTokens
{
    private const string Prefix = "sealed:";

    public static void AddSealedTokens(this OpenIddictServerBuilder server)
    {
        server.AddEventHandler(Seal.Descriptor);
        server.AddEventHandler(Open.Descriptor);
    }

    private static string PlaceOf(string token) => $"token:{token}";

    private sealed class Seal(KeyEncryptionKey root) : IOpenIddictServerHandler<GenerateTokenContext>
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
                using var bytes = new MemoryStream();
                using var writer = new BinaryWriter(bytes);
                context.Principal.WriteTo(writer);
                context.Token = Prefix + Convert.ToBase64String(root.Wrap(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), PlaceOf(context.Principal.GetTokenId()!)));
            }

            return default;
        }
    }

    private sealed class Open(KeyEncryptionKey root) : IOpenIddictServerHandler<ValidateTokenContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
            .CreateBuilder<ValidateTokenContext>()
            .UseSingletonHandler<Open>()
            .SetOrder(OpenIddictServerHandlers.Protection.ValidateReferenceTokenIdentifier.Descriptor.Order + 500)
            .Build();

        public ValueTask HandleAsync(ValidateTokenContext context)
        {
            // Only what came out of a row: somebody may send such a text.
            if (!context.IsReferenceToken || context.TokenId is not { } id || context.Token?.StartsWith(Prefix, StringComparison.Ordinal) != true)
            {
                return default;
            }

            try
            {
                using var reader = new BinaryReader(new MemoryStream(root.Unwrap(Convert.FromBase64String(context.Token[Prefix.Length..]), PlaceOf(id))));
                context.Principal = new ClaimsPrincipal(reader);
            }
            catch (Exception exception) when (exception is CryptographicException or FormatException)
            {
                // Of another key, or of another row.
                context.Reject(Errors.InvalidToken, "The token is not valid.");
            }

            return default;
        }
    }
}
