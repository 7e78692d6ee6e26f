using Microsoft.AspNetCore;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Handlers;

/// <summary>Lets clients keep discovery and keys for an hour, far less than a new key is published before its first use.</summary>
/// <typeparam name="TContext">The answer: discovery or keys.</typeparam>
internal sealed class CacheMetadata<TContext> : IOpenIddictServerHandler<TContext>
    where TContext : BaseRequestContext
{
    private const string Policy = "public, max-age=3600";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<TContext>()
        .UseSingletonHandler<CacheMetadata<TContext>>()
        .SetOrder(OpenIddictServerAspNetCoreHandlers.AttachCacheControlHeader<TContext>.Descriptor.Order + 500)
        .Build();

    public ValueTask HandleAsync(TContext context)
    {
        if (context.Transaction.Response?.Error is null && context.Transaction.GetHttpRequest() is { } request)
        {
            request.HttpContext.Response.Headers.CacheControl = Policy;
        }

        return default;
    }
}
