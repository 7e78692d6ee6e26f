using Microsoft.AspNetCore;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Handlers;

/// <summary>Takes no token at UserInfo from the query, which ends up in logs and histories; a form is as good as the header (RFC 6750 sections 2.2 and 2.3).</summary>
internal sealed class NoTokenInQuery : IOpenIddictServerHandler<ExtractUserInfoRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ExtractUserInfoRequestContext>()
        .UseSingletonHandler<NoTokenInQuery>()
        .SetOrder(OpenIddictServerAspNetCoreHandlers.ExtractAccessToken<ExtractUserInfoRequestContext>.Descriptor.Order - 500)
        .Build();

    public ValueTask HandleAsync(ExtractUserInfoRequestContext context)
    {
        if (context.Request?.AccessToken is not null && HttpMethods.IsGet(context.Transaction.GetHttpRequest()!.Method))
        {
            context.Reject(Errors.InvalidRequest, "Send the access token in the Authorization header or in a form.");
        }

        return default;
    }
}
