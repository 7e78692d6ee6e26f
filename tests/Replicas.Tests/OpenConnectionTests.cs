using System.Net.WebSockets;
using System.Text;
using UserDomain.Contracts;

namespace UserDomain.Replicas.Tests;

/// <summary>Feeds through the gateway, to programs of the test's own in the place of a service: what matters here is when something arrives.</summary>
public sealed class OpenConnectionTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private readonly FeedProgram[] _replicas = [new(), new()];
    private readonly System.Security.Cryptography.X509Certificates.X509Certificate2 _certificate = GatewayCertificate.Create();
    private readonly int _port = ProgramProcess.FreePort();
    private readonly Gateway _gateway;

    public OpenConnectionTests() => _gateway = new(_folder, "gateway", _port);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await GatewayCertificate.WriteAsync(_certificate, _folder);
        await Task.WhenAll(_replicas.Select(replica => replica.StartAsync()));
        int[] ports = [.. _replicas.Select(replica => replica.Port)];
        await _gateway.StartAsync(new($"https://localhost:{_port}/"), new Dictionary<string, int[]> { [Services.SessionApi] = ports, [Services.AuditApi] = ports });
        using var client = Client();
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri("api/v1/sessions/ready", UriKind.Relative), Cancellation);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), Cancellation);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await Task.WhenAll(_replicas.Select(replica => replica.DisposeAsync().AsTask()));
        _certificate.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Each_server_sent_event_arrives_before_the_next_one_is_sent(int httpVersion)
    {
        using var client = Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/revocations/stream") { Version = new(httpVersion, httpVersion == 1 ? 1 : 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);

        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancellation));
        foreach (var number in Enumerable.Range(1, 5))
        {
            Assert.Equal($"data: {number}", await reader.ReadLineAsync(Cancellation));
            Assert.Equal("", await reader.ReadLineAsync(Cancellation));
            _replicas.Single(replica => replica.IsRead).SendNext();
        }
    }

    [Theory]
    [InlineData("api/v1/sessions/live")]
    [InlineData("api/v1/audit-events/live")]
    public async Task A_web_socket_stays_open_while_a_replica_goes_and_comes(string path)
    {
        using var socket = new ClientWebSocket();
        socket.Options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.GetCertHashString() == _certificate.GetCertHashString();
        await socket.ConnectAsync(new($"wss://localhost:{_port}/{path}"), Cancellation);

        Assert.Equal("one", await EchoAsync(socket, "one"));
        foreach (var ready in (bool[])[false, true])
        {
            var seen = _replicas[0].Asked;
            _replicas[0].IsReady = ready;
            // The gateway has learnt it when it asks the next time but one.
            while (_replicas[0].Asked < seen + 3)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), Cancellation);
            }

            Assert.Equal($"{ready}", await EchoAsync(socket, $"{ready}"));
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancellation);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    private static async Task<string> EchoAsync(ClientWebSocket socket, string text)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Cancellation);
        var buffer = new byte[64];
        var received = await socket.ReceiveAsync(buffer, Cancellation);
        return Encoding.UTF8.GetString(buffer, 0, received.Count);
    }

    private HttpClient Client() => new(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = GatewayCertificate.Trust(_certificate) } }) { BaseAddress = new($"https://localhost:{_port}/") };
}
