using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using UserDomain.Contracts;

namespace UserDomain.AllInOne.Hosting;

/// <summary>
/// What Kestrel serves: hands each request to the host its path belongs to. Kestrel keeps a context for reuse on its connection only
/// for the context type it was started with, so every host makes its own for each request and none ever sees another's.
/// </summary>
/// <param name="hosts">The pipelines by name of the service.</param>
/// <param name="program">The pipeline of the program itself: health, and what belongs to no host.</param>
internal sealed class HostSelector(IReadOnlyDictionary<string, CapturedApplication> hosts, CapturedApplication program) : IHttpApplication<HostSelector.Routed>
{
    private static readonly PathString Health = "/health";

    public Routed CreateContext(IFeatureCollection contextFeatures)
    {
        var host = Select(contextFeatures.GetRequiredFeature<IHttpRequestFeature>().Path);
        return new(host, host.CreateContext(contextFeatures));
    }

    public Task ProcessRequestAsync(Routed context) => context.Host.ProcessRequestAsync(context.Inner);

    public void DisposeContext(Routed context, Exception? exception) => context.Host.DisposeContext(context.Inner, exception);

    private CapturedApplication Select(string path) =>
        new PathString(path).StartsWithSegments(Health, StringComparison.Ordinal) ? program
        : hosts.TryGetValue(Services.OfPath(path), out var host) ? host
        : program;

    internal readonly record struct Routed(CapturedApplication Host, object Inner);
}
