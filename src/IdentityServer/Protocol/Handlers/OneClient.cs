using Microsoft.AspNetCore;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Handlers;

/// <summary>Refuses a client that says in its form that it is another one than its credentials in the header are for (RFC 6749 section 3.2.1). By itself the library believes the header.</summary>
/// <typeparam name="TContext">The request.</typeparam>
internal sealed class OneClient<TContext> : IOpenIddictServerHandler<TContext>
    where TContext : BaseValidatingContext
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<TContext>()
        .UseSingletonHandler<OneClient<TContext>>()
        .SetOrder(OpenIddictServerAspNetCoreHandlers.ExtractBasicAuthenticationCredentials<TContext>.Descriptor.Order + 500)
        .Build();

    public ValueTask HandleAsync(TContext context)
    {
        if (context.Transaction.GetHttpRequest() is { HasFormContentType: true } request
            && request.Form[Parameters.ClientId] is [{ Length: > 0 } named]
            && named != context.Transaction.Request?.ClientId)
        {
            context.Reject(Errors.InvalidClient, "The client in the form is not the one in the header.");
        }

        return default;
    }
}
