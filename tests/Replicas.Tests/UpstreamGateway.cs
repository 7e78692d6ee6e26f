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

    // Its two programs start side by side: until the one behind listens, the one in front says that nothing can be reached.
    private async Task AnsweringAsync()
    {
        using var client = Client();
        var since = TimeProvider.System.GetTimestamp();
        while (!await AnswersAsync(client))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromSeconds(30), string.Join('\n', _gateway.Errors));
            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }
    }

    private static async Task<bool> AnswersAsync(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri("api/v1/sessions", UriKind.Relative), TestContext.Current.CancellationToken);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
