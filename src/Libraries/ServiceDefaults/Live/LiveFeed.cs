using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.ServiceDefaults.Errors;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.ServiceDefaults.Live;

/// <summary>Tells what happens over a WebSocket (RFC 6455) whose client only listens: a text message for each thing, in JSON.</summary>
/// <param name="access">Ends a feed with its token.</param>
/// <param name="logger">Told why a feed could not go on.</param>
public sealed partial class LiveFeed(StandingAccess access, ILogger<LiveFeed> logger)
{
    private const int Most = 200;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Alive = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ToSend = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ToPart = TimeSpan.FromSeconds(2);

    private int _feeds;

    /// <summary>Tells until the client goes, its token ends or is revoked, or the service ends. The closing message says which.</summary>
    /// <typeparam name="T">What is told.</typeparam>
    /// <param name="http">The request, whose token was good when it came.</param>
    /// <param name="next">What there is to tell since it was last asked; asked a few times a second.</param>
    public async Task<Results<EmptyHttpResult, ProblemHttpResult>> TellAsync<T>(HttpContext http, Func<CancellationToken, Task<IReadOnlyList<T>>> next)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            http.Response.Headers.Upgrade = "websocket";
            return Problem.Create(StatusCodes.Status426UpgradeRequired, "web-socket-required", "Only over a WebSocket", "Connect with a WebSocket client, which asks for the upgrade: wss instead of https.");
        }

        try
        {
            if (Interlocked.Increment(ref _feeds) > Most)
            {
                http.Response.Headers.RetryAfter = "10";
                return Problem.Create(StatusCodes.Status503ServiceUnavailable, "too-many-feeds", "Too many live feeds", $"{Most} are followed here already: try again later.");
            }

            using var socket = await http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { KeepAliveInterval = Alive, KeepAliveTimeout = Alive });
            using var end = access.EndOf(http);
            var leaving = HearAsync(socket);
            await PartAsync(socket, await PushAsync(socket, leaving, http, next, end.Token), leaving);
            return TypedResults.Empty;
        }
        finally
        {
            Interlocked.Decrement(ref _feeds);
        }
    }

    private async Task<Farewell> PushAsync<T>(WebSocket socket, Task<Farewell> leaving, HttpContext http, Func<CancellationToken, Task<IReadOnlyList<T>>> next, CancellationToken end)
    {
        try
        {
            while (!leaving.IsCompleted)
            {
                if (!access.Holds(http) && !end.IsCancellationRequested)
                {
                    return new(WebSocketCloseStatus.PolicyViolation, "The access token has ended: connect again with another one.");
                }

                var news = await next(end);
                foreach (var item in news)
                {
                    using var slow = CancellationTokenSource.CreateLinkedTokenSource(end);
                    slow.CancelAfter(ToSend);
                    await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(item, ApiJson.Options), WebSocketMessageType.Text, endOfMessage: true, slow.Token);
                }

                if (news.Count == 0)
                {
                    await Task.WhenAny(leaving, Task.Delay(Interval, end));
                    end.ThrowIfCancellationRequested();
                }
            }

            return await leaving;
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            return new(WebSocketCloseStatus.EndpointUnavailable, "The service ends: connect again.");
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            return Farewell.None;
        }
        catch (Exception exception)
        {
            LogInterrupted(exception.GetBaseException().Message);
            return new(WebSocketCloseStatus.InternalServerError, "What happens cannot be read at present: connect again later.");
        }
    }

    // A client that says something has taken the feed for something else; what it says is not read.
    private static async Task<Farewell> HearAsync(WebSocket socket)
    {
        try
        {
            var heard = await socket.ReceiveAsync(new Memory<byte>(new byte[1]), CancellationToken.None);
            return heard.MessageType == WebSocketMessageType.Close
                ? new(WebSocketCloseStatus.NormalClosure, null)
                : new(WebSocketCloseStatus.InvalidMessageType, "This feed takes no messages.");
        }
        catch (WebSocketException)
        {
            return Farewell.None;
        }
    }

    private static async Task PartAsync(WebSocket socket, Farewell farewell, Task<Farewell> leaving)
    {
        using var patience = new CancellationTokenSource(ToPart);
        try
        {
            if (farewell.Status is { } status && socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(status, farewell.Reason, patience.Token);
                await leaving.WaitAsync(patience.Token);
            }

            // A connection with something unread in it is reset, and the farewell lost.
            var rest = new byte[1024];
            while (socket.State == WebSocketState.CloseSent)
            {
                await socket.ReceiveAsync(rest.AsMemory(), patience.Token);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // It has gone without a word.
        }

        socket.Abort();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A live feed was ended, for what happens cannot be read: {Reason}")]
    private partial void LogInterrupted(string reason);

    private sealed record Farewell(WebSocketCloseStatus? Status, string? Reason)
    {
        public static readonly Farewell None = new(null, null);
    }
}
