using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using UserDomain.IdentityServer.Protocol.Interactions;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Authorization;

/// <summary>
/// A pushed request lives for 90 seconds (TOK-10), and people take longer to sign in: who came with it in time may come back with it as long as
/// our pages last.
/// </summary>
internal sealed class KeepPushedRequest(InteractionStore interactions) : IOpenIddictServerHandler<ValidateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ValidateTokenContext>()
        .UseScopedHandler<KeepPushedRequest>()
        .SetOrder(OpenIddictServerHandlers.Protection.ResolveTokenValidationParameters.Descriptor.Order - 500)
        .Build();

    public ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.ValidTokenTypes.Contains(OpenIddictConstants.TokenTypeIdentifiers.Private.RequestToken)
            && context.Transaction.GetHttpRequest() is { } request
            && request.HttpContext.Features.Get<Interaction>() is { } interaction
            && interactions.IsCurrent(interaction))
        {
            context.DisableLifetimeValidation = true;
        }

        return default;
    }
}
