using System.Text.Json;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using UserDomain.Contracts;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Exchange;

/// <summary>Tells at introspection who acts for the subject (RFC 8693 section 4.1), to everybody who is told of the token at all.</summary>
internal sealed class TellActor : IOpenIddictServerHandler<HandleIntrospectionRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<HandleIntrospectionRequestContext>()
        .UseSingletonHandler<TellActor>()
        .SetOrder(OpenIddictServerHandlers.Introspection.AttachApplicationClaims.Descriptor.Order + 500)
        .Build();

    public ValueTask HandleAsync(HandleIntrospectionRequestContext context)
    {
        if (context.GenericTokenPrincipal?.GetClaim(TokenClaims.Actor) is { } actor)
        {
            context.Claims[TokenClaims.Actor] = JsonSerializer.Deserialize<JsonElement>(actor);
        }

        return default;
    }
}
