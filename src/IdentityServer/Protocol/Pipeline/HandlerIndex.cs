using System.Collections.Frozen;
using Microsoft.Extensions.Options;
using OpenIddict.Server;

namespace UserDomain.IdentityServer.Protocol.Pipeline;

/// <summary>The steps of each protocol event, in their order. The options they come from are replaced as a whole whenever the key ring changes.</summary>
internal sealed class HandlerIndex(IOptionsMonitor<OpenIddictServerOptions> options)
{
    private volatile Index? _index;

    /// <summary>The steps of an event.</summary>
    /// <param name="context">The event's type.</param>
    public OpenIddictServerHandlerDescriptor[] Of(Type context)
    {
        var current = options.CurrentValue;
        var index = _index;
        if (index?.Options != current)
        {
            _index = index = new(current, current.Handlers.GroupBy(step => step.ContextType).ToFrozenDictionary(group => group.Key, group => group.ToArray()));
        }

        return index.Steps.GetValueOrDefault(context, []);
    }

    private sealed record Index(OpenIddictServerOptions Options, FrozenDictionary<Type, OpenIddictServerHandlerDescriptor[]> Steps);
}
