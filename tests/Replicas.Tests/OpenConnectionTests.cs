using System.Net.WebSockets;
using System.Text;

namespace UserDomain.Replicas.Tests;

/// <summary>Feeds through the gateway, to programs of the test's own in the place of a service: what matters here is when something arrives.</summary>
public sealed class OpenConnectionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Each_server_sent_event_arrives_before_the_next_one_is_sent(int httpVersion)
    {
        await using var gateway = await UpstreamGateway.StartAsync();
        using var client = gateway.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/revocations/stream") { Version = new(httpVersion, httpVersion == 1 ? 1 : 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);

        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancellation));
        foreach (var number in Enumerable.Range(1, 5))
        {
            Assert.Equal($"data: {number}", await reader.ReadLineAsync(Cancellation));
            Assert.Equal("", await reader.ReadLineAsync(Cancellation));
            gateway.Replicas.Single(replica => replica.IsRead).SendNext();
        }
    }

    [Theory]
    [InlineData("api/v1/sessions/live")]
    [InlineData("api/v1/audit-events/live")]
    public async Task A_web_socket_stays_open_while_a_replica_goes_and_comes(string path)
    {
        await using var gateway = await UpstreamGateway.StartAsync();
        using var socket = new ClientWebSocket();
        socket.Options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.GetCertHashString() == gateway.Certificate.GetCertHashString();
        await socket.ConnectAsync(new UriBuilder(new Uri(gateway.Url, path)) { Scheme = "wss" }.Uri, Cancellation);

        Assert.Equal("one", await EchoAsync(socket, "one"));
        foreach (var ready in (bool[])[false, true])
        {
            var seen = gateway.Replicas[0].Asked;
            gateway.Replicas[0].IsReady = ready;
            // The gateway has learnt it when it asks the next time but one.
            while (gateway.Replicas[0].Asked < seen + 3)
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
}
