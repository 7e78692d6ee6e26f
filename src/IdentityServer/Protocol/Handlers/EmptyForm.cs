using Microsoft.AspNetCore;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Handlers;

/// <summary>Takes a POST to UserInfo that has nothing but a header for an empty form (OpenID Connect Core 1.0 section 5.3.1). The library wants a content type.</summary>
internal sealed class EmptyForm : IOpenIddictServerHandler<ExtractUserInfoRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ExtractUserInfoRequestContext>()
        .UseSingletonHandler<EmptyForm>()
        .SetOrder(OpenIddictServerAspNetCoreHandlers.ExtractGetOrPostRequest<ExtractUserInfoRequestContext>.Descriptor.Order - 500)
        .Build();

    public ValueTask HandleAsync(ExtractUserInfoRequestContext context)
    {
        if (context.Transaction.GetHttpRequest() is { ContentType: null or "", ContentLength: null or 0 } request && HttpMethods.IsPost(request.Method))
        {
            request.ContentType = "application/x-www-form-urlencoded";
        }

        return default;
    }
}
