using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Handlers;

/// <summary>Takes a token at UserInfo from the header alone (AUZ-02): a query ends up in logs and histories, and a form can be posted by any page.</summary>
internal sealed class BearerHeaderOnly : IOpenIddictServerHandler<ExtractUserInfoRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ExtractUserInfoRequestContext>()
        .UseSingletonHandler<BearerHeaderOnly>()
        .SetOrder(OpenIddictServerAspNetCoreHandlers.ExtractAccessToken<ExtractUserInfoRequestContext>.Descriptor.Order - 500)
        .Build();

    public ValueTask HandleAsync(ExtractUserInfoRequestContext context)
    {
        if (context.Request?.AccessToken is not null)
        {
            context.Reject(Errors.InvalidRequest, "Send the access token in the Authorization header.");
        }

        return default;
    }
}
