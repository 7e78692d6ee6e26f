using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.ServiceDefaults.Backchannel;

/// <summary>
/// Sends a request for the public URL to where the service behind its path really is, as the gateway would. The Host header stays the
/// public one, so the service sees the same request by either way.
/// </summary>
internal sealed class InternalRoutes(UserDomainSettings settings, IEnumerable<BackchannelTransport> transports) : DelegatingHandler
{
    private readonly bool _inProcess = transports.Any();

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is { } url && Uri.Compare(url, settings.PublicUrl, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0)
        {
            var address = _inProcess ? new Uri("http://localhost/") : settings.AddressOf(Services.OfPath(url.AbsolutePath));
            if (address is not null)
            {
                request.Headers.Host = settings.PublicUrl.Authority;
                request.RequestUri = new Uri(address, url.PathAndQuery);
            }
        }

        return base.SendAsync(request, cancellationToken);
    }
}
