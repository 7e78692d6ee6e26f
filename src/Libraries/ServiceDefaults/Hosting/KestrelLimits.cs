using Microsoft.AspNetCore.Server.Kestrel.Core;
using UserDomain.ServiceDefaults.Mtls;

namespace UserDomain.ServiceDefaults.Hosting;

/// <summary>Bounds on what a peer may send (API-01), and whom it is asked to be.</summary>
public static class KestrelLimits
{
    /// <summary>Sets them.</summary>
    public static void Apply(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        options.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        options.Limits.MaxRequestHeaderCount = 64;
        options.Limits.MaxRequestLineSize = 8 * 1024;
        options.Limits.MaxRequestBodySize = 256 * 1024;
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        CertificateRequests.Apply(options);
    }
}
