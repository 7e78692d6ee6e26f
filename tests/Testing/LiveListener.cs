using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Xunit;

namespace UserDomain.Testing;

/// <summary>Somebody who follows a live feed, with the token of a client of the APIs.</summary>
public sealed class LiveListener : IAsyncDisposable
{
    private const int LongestMessage = 128 * 1024;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private readonly byte[] _buffer = new byte[LongestMessage];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The connection.</summary>
    public ClientWebSocket Socket { get; } = new();

    /// <summary>Connects.</summary>
    public static async Task<LiveListener> OfAsync(HttpClient client, string path)
    {
        var listener = new LiveListener();
        listener.Socket.Options.SetRequestHeader("Authorization", client.DefaultRequestHeaders.Authorization!.ToString());
        var url = new UriBuilder(new Uri(client.BaseAddress!, path));
        url.Scheme = url.Scheme == "https" ? "wss" : "ws";
        await listener.Socket.ConnectAsync(url.Uri, Cancellation);
        return listener;
    }

    /// <summary>The next thing that is told; fails when the feed ends.</summary>
    public async Task<JsonElement> NextAsync() =>
        await ReceiveAsync() is { } text ? JsonSerializer.Deserialize<JsonElement>(text) : throw new InvalidOperationException($"The feed has ended: {Socket.CloseStatus} {Socket.CloseStatusDescription}");

    /// <summary>The next thing of which something is true.</summary>
    public async Task<JsonElement> NextAsync(Func<JsonElement, bool> isWanted)
    {
        JsonElement told;
        do
        {
            told = await NextAsync();
        }
        while (!isWanted(told));

        return told;
    }

    /// <summary>Waits until the feed is ended, and by what.</summary>
    public async Task<(WebSocketCloseStatus? Status, string? Reason)> EndAsync()
    {
        while (await ReceiveAsync() is not null)
        {
            // It had something left to tell.
        }

        await Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Cancellation);
        return (Socket.CloseStatus, Socket.CloseStatusDescription);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        Socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string?> ReceiveAsync()
    {
        var count = 0;
        while (true)
        {
            var part = await Socket.ReceiveAsync(_buffer.AsMemory(count), Cancellation).AsTask().WaitAsync(Soon, Cancellation);
            count += part.Count;
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            if (part.EndOfMessage)
            {
                return Encoding.UTF8.GetString(_buffer, 0, count);
            }
        }
    }
}
