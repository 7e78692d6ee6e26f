using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace UserDomain.AllInOne.Hosting;

/// <summary>The server of an inner host: listens nowhere and only keeps the pipeline it is started with.</summary>
internal sealed class CapturedServer : IServer
{
    public IFeatureCollection Features { get; } = new FeatureCollection();

    public CapturedApplication? Application { get; private set; }

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        Application = CapturedApplication.Of(application);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
    }
}
