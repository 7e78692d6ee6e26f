using OpenIddict.Server;
using UserDomain.IdentityServer.Clients;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Handlers;

/// <summary>Refuses a redirect URI with a parameter that has no name, at which the library would fail where it looks for <c>iss</c>.</summary>
/// <typeparam name="TContext">The request.</typeparam>
internal sealed class ReadableRedirectUri<TContext> : IOpenIddictServerHandler<TContext>
    where TContext : BaseValidatingContext
{
    /// <param name="order">Of the handler that would fail.</param>
    public static OpenIddictServerHandlerDescriptor Before(int order) => OpenIddictServerHandlerDescriptor
        .CreateBuilder<TContext>()
        .UseSingletonHandler<ReadableRedirectUri<TContext>>()
        .SetOrder(order - 500)
        .Build();

    public ValueTask HandleAsync(TContext context)
    {
        if (context.Transaction.Request?.RedirectUri is { } uri && RedirectUriRule.HasNamelessParameter(uri))
        {
            context.Reject(Errors.InvalidRequest, "The parameter 'redirect_uri' has a query parameter without a name.");
        }

        return default;
    }
}
