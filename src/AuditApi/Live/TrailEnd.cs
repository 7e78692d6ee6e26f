using UserDomain.AuditApi.Delivery;
using UserDomain.ServiceDefaults.Live;

namespace UserDomain.AuditApi.Live;

/// <summary>How far the trail goes, looked up for all feeds of a replica at once and only while there is one.</summary>
internal sealed class TrailEnd(IServiceScopeFactory scopes) : IDisposable
{
    private readonly SharedLook<long> _look = new(async cancellationToken =>
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<TrailReader>().EndAsync(cancellationToken);
    });

    /// <summary>Sequence of the last event.</summary>
    public Task<long> GetAsync(CancellationToken cancellationToken) => _look.GetAsync(cancellationToken);

    public void Dispose() => _look.Dispose();
}
