using OpenIddict.Abstractions;
using OpenIddict.Server;
using UserDomain.IdentityServer.Clients;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Handlers;

/// <summary>
/// Refuses a scope the client is not registered for in the words of RFC 6749 sections 4.1.2.1 and 5.2. The built-in step says
/// <c>invalid_request</c>, and lets every client have <c>openid</c> and <c>offline_access</c>.
/// </summary>
/// <typeparam name="TContext">The request: authorization or token.</typeparam>
internal sealed class RefuseUnregisteredScope<TContext>(ClientManager clients) : IOpenIddictServerHandler<TContext>
    where TContext : BaseValidatingContext
{
    /// <param name="builtIn">Order of the step it comes before.</param>
    public static OpenIddictServerHandlerDescriptor Before(int builtIn) => OpenIddictServerHandlerDescriptor
        .CreateBuilder<TContext>()
        .UseScopedHandler<RefuseUnregisteredScope<TContext>>()
        .SetOrder(builtIn - 500)
        .Build();

    public async ValueTask HandleAsync(TContext context)
    {
        var request = context.Transaction.Request;
        if (request?.ClientId is not { Length: > 0 } id || await clients.FindByClientIdAsync(id, context.CancellationToken) is not { } client)
        {
            return;
        }

        foreach (var scope in request.GetScopes())
        {
            if (!await clients.HasPermissionAsync(client, Permissions.Prefixes.Scope + scope, context.CancellationToken))
            {
                context.Reject(Errors.InvalidScope, "The client is not registered for a scope it asks for.");
                return;
            }
        }
    }
}
