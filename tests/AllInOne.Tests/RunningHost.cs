using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AllInOne.Tests;

/// <summary>A started host with tiny services. It listens on a port the system chose; clients of the test are led there from the public URL.</summary>
internal sealed class RunningHost : IAsyncDisposable
{
    private readonly TestFolder _data;
    private readonly string? _thumbprint;

    private RunningHost(AllInOneHost host, Uri publicUrl, TestFolder data, TestCertificate? certificate)
    {
        _thumbprint = certificate?.Thumbprint;
        _data = data;
        Host = host;
        PublicUrl = publicUrl;
        Client = NewClient();
    }

    public AllInOneHost Host { get; }

    public Uri PublicUrl { get; }

    public HttpClient Client { get; }

    public static async Task<RunningHost> StartAsync(IEnumerable<ServiceDescription> services, TestCertificate? certificate = null)
    {
        var running = await BuildAsync(services, certificate);
        await running.Host.RunStartupTasksAsync(migrateOnly: false, TestContext.Current.CancellationToken);
        await running.Host.StartAsync(TestContext.Current.CancellationToken);
        return running;
    }

    public static async Task<RunningHost> BuildAsync(IEnumerable<ServiceDescription> services, TestCertificate? certificate = null)
    {
        var publicUrl = new Uri(certificate is null ? "http://localhost:8080" : "https://localhost:8443");
        var data = new TestFolder();
        var host = await AllInOneHost.BuildAsync(services,
        [
            $"--UserDomain:PublicUrl={publicUrl}",
            $"--urls={publicUrl.Scheme}://127.0.0.1:0",
            $"--UserDomain:DataDirectory={data.Path}",
            "--Logging:LogLevel:Default=None",
            "--Logging:LogLevel:Microsoft.AspNetCore=None",
            .. certificate?.Settings ?? [],
        ]);
        return new(host, publicUrl, data, certificate);
    }

    /// <summary>A client with connections of its own.</summary>
    public HttpClient NewClient() => new(new SocketsHttpHandler
    {
        ConnectCallback = ConnectAsync,
        UseCookies = false,
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == _thumbprint },
    })
    { BaseAddress = PublicUrl };

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.DisposeAsync();
        _data.Dispose();
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var address = new Uri(Host.Addresses.Single(address => address.Contains("127.0.0.1", StringComparison.Ordinal)));
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, address.Port), cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
