using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace UserDomain.ServiceDefaults.Hosting;

/// <summary>Bounds on what a peer may send (API-01).</summary>
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
    }
}
