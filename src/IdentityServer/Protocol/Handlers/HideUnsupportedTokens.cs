using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Handlers;

/// <summary>Introspection answers a code or identity token as it answers garbage (TOK-12): the built-in refusal tells any client that it is genuine.</summary>
internal sealed class HideUnsupportedTokens : IOpenIddictServerHandler<ApplyIntrospectionResponseContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ApplyIntrospectionResponseContext>()
        .UseSingletonHandler<HideUnsupportedTokens>()
        .SetOrder(OpenIddictServerHandlers.Introspection.NormalizeErrorResponse.Descriptor.Order - 500)
        .Build();

    public ValueTask HandleAsync(ApplyIntrospectionResponseContext context)
    {
        if (context.Response.Error == Errors.UnsupportedTokenType)
        {
            context.Response.Error = Errors.InvalidToken;
        }

        return default;
    }
}
