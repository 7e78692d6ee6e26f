using System.Security.Cryptography.X509Certificates;
using UserDomain.Contracts;

namespace UserDomain.Replicas.Tests;

/// <summary>A gateway that leads to two programs of the test's own in the place of replicas: what they do just then is the test's to say.</summary>
internal sealed class UpstreamGateway : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly Gateway _gateway;
    private readonly int _port = ProgramProcess.FreePort();

    private UpstreamGateway() => _gateway = new(_folder, "gateway", _port);

    /// <summary>What stands behind it, for every service.</summary>
    public UpstreamProgram[] Replicas { get; } = [new(), new()];

    /// <summary>What it shows.</summary>
    public X509Certificate2 Certificate { get; } = GatewayCertificate.Create();

    /// <summary>Where it is.</summary>
    public Uri Url => new($"https://localhost:{_port}/");

    public static async Task<UpstreamGateway> StartAsync()
    {
        var gateway = new UpstreamGateway();
        await GatewayCertificate.WriteAsync(gateway.Certificate, gateway._folder);
        await Task.WhenAll(gateway.Replicas.Select(replica => replica.StartAsync()));
        int[] ports = [.. gateway.Replicas.Select(replica => replica.Port)];
        await gateway._gateway.StartAsync(gateway.Url, Services.All.ToDictionary(service => service, _ => ports));
        await gateway.AnsweringAsync();
        return gateway;
    }

    /// <summary>A client that believes it.</summary>
    public HttpClient Client() => new(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = GatewayCertificate.Trust(Certificate) } }) { BaseAddress = Url };

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await Task.WhenAll(Replicas.Select(replica => replica.DisposeAsync().AsTask()));
        Certificate.Dispose();
        _folder.Dispose();
    }

    private async Task AnsweringAsync()
    {
        using var client = Client();
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri("api/v1/sessions", UriKind.Relative), TestContext.Current.CancellationToken);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
            }
        }
    }
}
