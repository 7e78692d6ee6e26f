using System.Collections.Frozen;
using Microsoft.Extensions.Options;
using OpenIddict.Server;

namespace UserDomain.IdentityServer.Protocol.Pipeline;

/// <summary>The steps of each protocol event, in their order. The options they come from are replaced as a whole whenever the key ring changes.</summary>
/// <param name="options">The steps there are.</param>
/// <param name="provider">Makes what the steps share between requests.</param>
internal sealed class HandlerIndex(IOptionsMonitor<OpenIddictServerOptions> options, IServiceProvider provider)
{
    private volatile Index? _index;

    /// <summary>The steps of an event.</summary>
    /// <param name="context">The event's type.</param>
    public PipelineStep[] Of(Type context)
    {
        var current = options.CurrentValue;
        var index = _index;
        if (index?.Options != current)
        {
            _index = index = new(current, current.Handlers.GroupBy(step => step.ContextType)
                .ToFrozenDictionary(group => group.Key, group => group.Select(step => new PipelineStep(step, provider)).ToArray()));
        }

        return index.Steps.GetValueOrDefault(context, []);
    }

    private sealed record Index(OpenIddictServerOptions Options, FrozenDictionary<Type, PipelineStep[]> Steps);
}

/// <summary>A step of the pipeline with what it shares between requests: its filters always, itself if it is registered so.</summary>
internal sealed class PipelineStep(OpenIddictServerHandlerDescriptor descriptor, IServiceProvider provider)
{
    private readonly Type _service = descriptor.ServiceDescriptor.ServiceType;
    private readonly bool _isShared = descriptor.ServiceDescriptor.Lifetime == ServiceLifetime.Singleton;
    private object? _shared = descriptor.ServiceDescriptor.ImplementationInstance;

    /// <summary>What has to agree, each an <see cref="IOpenIddictServerHandlerFilter{TContext}"/> of the event.</summary>
    public object[] Filters { get; } = [.. descriptor.FilterTypes.Select(provider.GetRequiredService)];

    /// <summary>The step itself, an <see cref="IOpenIddictServerHandler{TContext}"/> of the event.</summary>
    /// <param name="request">Makes what belongs to one request.</param>
    public object HandlerOf(IServiceProvider request) =>
        !_isShared ? request.GetRequiredService(_service) : _shared ??= request.GetRequiredService(_service);
}
