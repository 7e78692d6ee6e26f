using Microsoft.AspNetCore.Http;

namespace UserDomain.ServiceDefaults.Hosting;

/// <summary>By which of our own URLs a request came: the public one, or that for certificates. Never what the request says of itself.</summary>
/// <param name="Url">Scheme, host and port, as in the settings.</param>
internal sealed record RequestOrigin(Uri Url)
{
    /// <summary>The URL a request came by.</summary>
    public static Uri Of(HttpContext http, UserDomainSettings settings) => http.Features.Get<RequestOrigin>()?.Url ?? settings.PublicUrl;

    /// <summary>Whether a <c>Host</c> is that of a URL.</summary>
    public static bool Is(Uri url, HostString host) =>
        string.Equals(host.Host, url.IdnHost, StringComparison.OrdinalIgnoreCase) && (host.Port ?? DefaultPort(url)) == url.Port;

    private static int DefaultPort(Uri url) => url.Scheme == Uri.UriSchemeHttps ? 443 : 80;
}
