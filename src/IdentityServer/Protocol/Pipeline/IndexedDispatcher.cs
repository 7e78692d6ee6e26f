using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Pipeline;

/// <summary>
/// Runs the steps of a protocol event as the library's own dispatcher does: by order, those whose filters all agree, until one has answered or
/// refused. That one looks at every step of every event each time, some 400 of them and a good thirty times a request.
/// </summary>
internal sealed class IndexedDispatcher(HandlerIndex index, IServiceProvider provider) : IOpenIddictServerDispatcher
{
    public async ValueTask DispatchAsync<TContext>(TContext context)
        where TContext : BaseContext
    {
        foreach (var step in index.Of(typeof(TContext)))
        {
            var active = true;
            foreach (var filter in step.Filters)
            {
                active = active && await ((IOpenIddictServerHandlerFilter<TContext>)filter).IsActiveAsync(context);
            }

            if (!active)
            {
                continue;
            }

            await ((IOpenIddictServerHandler<TContext>)step.HandlerOf(provider)).HandleAsync(context);
            if (context is BaseRequestContext { IsRequestHandled: true } or BaseRequestContext { IsRequestSkipped: true } or BaseValidatingContext { IsRejected: true })
            {
                return;
            }
        }
    }
}
