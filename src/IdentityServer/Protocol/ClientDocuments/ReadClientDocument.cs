using OpenIddict.Server;
using UserDomain.IdentityServer.Clients;
using UserDomain.ServiceDefaults.Hosting;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.ClientDocuments;

/// <summary>
/// Has a client that is described by a document be as its document says, before anything of the request is looked at by what is known of the client. With
/// a document that is gone, the client is.
/// </summary>
/// <typeparam name="TContext">The request.</typeparam>
internal sealed class ReadClientDocument<TContext>(ClientManager clients, ClientDocuments documents, UserDomainSettings settings, TimeProvider time) : IOpenIddictServerHandler<TContext>
    where TContext : BaseValidatingContext
{
    /// <param name="order">Where in the event: after it is known which client is named, and before its request object is read.</param>
    public static OpenIddictServerHandlerDescriptor At(int order) => OpenIddictServerHandlerDescriptor
        .CreateBuilder<TContext>()
        .UseScopedHandler<ReadClientDocument<TContext>>()
        .SetOrder(order)
        .Build();

    public async ValueTask HandleAsync(TContext context)
    {
        if (context.Transaction.Request?.ClientId is { } id && ClientIdUrl.IsMeant(id) && await ProblemOfAsync(id, context.CancellationToken) is { } problem)
        {
            // Where people are, the client does not authenticate.
            context.Reject(context is ExtractAuthorizationRequestContext ? Errors.InvalidRequest : Errors.InvalidClient, problem);
        }
    }

    // One an operator has registered is as the operator says; one that is disabled is refused elsewhere, and its host is left alone.
    private async Task<string?> ProblemOfAsync(string clientId, CancellationToken cancellationToken)
    {
        var known = await clients.FindByClientIdAsync(clientId, cancellationToken) is { } client ? ClientRecord.Of(client) : null;
        return known is { Document: null } ? null
            : !settings.TakesClientDocuments ? "Clients that are described by a document are not taken here."
            : known is not null && (known.DisabledAt is not null || time.GetUtcNow() < known.Document!.GoodUntil) ? null
            : await documents.ReadAsync(clientId, isKnown: known is not null, cancellationToken);
    }
}
