using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace UserDomain.IdentityServer.Tests.Outgoing;

/// <summary>A server of somebody else's on this machine, that counts how often it is asked.</summary>
internal sealed class LocalServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _asked;

    private LocalServer(WebApplication app) => _app = app;

    /// <summary>How often it was asked.</summary>
    public int Asked => _asked;

    /// <summary>The host by its usual name, which the tests allow.</summary>
    public Uri Url => new UriBuilder(_app.Urls.Single()) { Host = "localhost" }.Uri;

    /// <summary>The same host by its address, which they do not.</summary>
    public Uri UrlByAddress => new UriBuilder(_app.Urls.Single()) { Host = "127.0.0.1" }.Uri;

    /// <summary>Starts one.</summary>
    /// <param name="answer">What it answers.</param>
    /// <param name="certificate">What it shows; without one it speaks http.</param>
    /// <param name="port">Where it listens; by default where nobody does.</param>
    public static async Task<LocalServer> StartAsync(RequestDelegate answer, X509Certificate2? certificate = null, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        var app = builder.Build();
        var server = new LocalServer(app);
        app.Run(context =>
        {
            Interlocked.Increment(ref server._asked);
            return answer(context);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
