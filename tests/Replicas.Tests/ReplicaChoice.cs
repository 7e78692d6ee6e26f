using UserDomain.Replicas.Tests.Installations;

namespace UserDomain.Replicas.Tests;

/// <summary>Sends a request that names a replica through the gateway that leads there alone. Nothing else of it changes.</summary>
internal sealed class ReplicaChoice(ProcessInstallation installation) : DelegatingHandler
{
    /// <summary><c>a</c> or <c>b</c>.</summary>
    public const string Header = "X-Test-Replica";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!request.Headers.TryGetValues(Header, out var replica))
        {
            return await base.SendAsync(request, cancellationToken);
        }

        var url = request.RequestUri!;
        request.RequestUri = new UriBuilder(url) { Port = installation.PortOf(replica.Single()) }.Uri;
        request.Headers.Host = installation.PublicUrl.Authority;
        request.Headers.Remove(Header);
        var answer = await base.SendAsync(request, cancellationToken);
        request.RequestUri = url;
        return answer;
    }
}
