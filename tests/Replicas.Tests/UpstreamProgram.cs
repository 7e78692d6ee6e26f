using System.Net.WebSockets;

namespace UserDomain.Replicas.Tests;

/// <summary>
/// Stands behind a gateway in the place of a replica: numbered events, each sent when the test says so, a web socket that says what it hears, and
/// an empty answer to everything else, unless it ends as a replica that is killed does.
/// </summary>
internal sealed class UpstreamProgram : IAsyncDisposable
{
    private readonly SemaphoreSlim _next = new(1);
    private readonly WebApplication _program;
    private int _asked;

    public UpstreamProgram()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{Port}");
        _program = builder.Build();
        _program.UseWebSockets();
        _program.Run(AnswerAsync);
    }

    public int Port { get; } = ProgramProcess.FreePort();

    /// <summary>What it says of itself.</summary>
    public bool IsReady { get; set; } = true;

    /// <summary>How often it was asked that.</summary>
    public int Asked => _asked;

    /// <summary>Decides for each request whether its connection is ended, as soon as it is read.</summary>
    public Func<bool> CutsOff { get; set; } = () => false;

    /// <summary>Whether somebody reads its events.</summary>
    public bool IsRead { get; private set; }

    public Task StartAsync() => _program.StartAsync();

    /// <summary>Sends one event more.</summary>
    public void SendNext() => _next.Release();

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        if (http.WebSockets.IsWebSocketRequest)
        {
            using var socket = await http.WebSockets.AcceptWebSocketAsync();
            await EchoAsync(socket, http.RequestAborted);
        }
        else if (http.Request.Path == "/api/v1/revocations/stream")
        {
            IsRead = true;
            await SendEventsAsync(http);
        }
        else if (http.Request.Path == "/health/ready")
        {
            Interlocked.Increment(ref _asked);
            http.Response.StatusCode = IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        }
        else if (CutsOff())
        {
            await http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted);
            http.Abort();
        }
    }

    private async Task SendEventsAsync(HttpContext http)
    {
        http.Response.ContentType = "text/event-stream";
        try
        {
            for (var number = 1; ; number++)
            {
                await _next.WaitAsync(http.RequestAborted);
                await http.Response.WriteAsync($"data: {number}\n\n", http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            IsRead = false;
        }
    }

    private static async Task EchoAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[64];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, cancellationToken);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, endOfMessage: true, cancellationToken);
        }
    }
}
