using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Handlers;

/// <summary>Access and identity tokens get no row: they are self-contained, short, and ended through their grant or the revocation log.</summary>
internal sealed class SelfContainedTokens : IOpenIddictServerHandler<GenerateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<GenerateTokenContext>()
        .UseSingletonHandler<SelfContainedTokens>()
        .SetOrder(OpenIddictServerHandlers.Protection.CreateTokenEntry.Descriptor.Order - 500)
        .Build();

    public ValueTask HandleAsync(GenerateTokenContext context)
    {
        if (context.TokenType is TokenTypeIdentifiers.AccessToken or TokenTypeIdentifiers.IdentityToken)
        {
            context.CreateTokenEntry = false;
            context.PersistTokenPayload = false;
        }

        return default;
    }
}

/// <summary>Keeps internal claims out of identity tokens: clients need none of them, and their sight is the field's standard list.</summary>
internal sealed class LeanIdentityToken : IOpenIddictServerHandler<ProcessSignInContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ProcessSignInContext>()
        .UseSingletonHandler<LeanIdentityToken>()
        .SetOrder(OpenIddictServerHandlers.GenerateIdentityToken.Descriptor.Order - 500)
        .Build();

    public ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (context.IdentityTokenPrincipal?.Identity is System.Security.Claims.ClaimsIdentity identity)
        {
            foreach (var claim in identity.FindAll(claim => claim.Type is Claims.Private.AuthorizationId or Claims.Private.TokenId).ToList())
            {
                identity.RemoveClaim(claim);
            }
        }

        return default;
    }
}
