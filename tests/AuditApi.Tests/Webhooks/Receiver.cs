using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace UserDomain.AuditApi.Tests.Webhooks;

/// <summary>What a receiver has got.</summary>
/// <param name="Id">The header <c>webhook-id</c>.</param>
/// <param name="Timestamp">The header <c>webhook-timestamp</c>.</param>
/// <param name="Signatures">The header <c>webhook-signature</c>.</param>
/// <param name="ContentType">The header.</param>
/// <param name="Body">As it came.</param>
internal sealed record Received(string Id, string Timestamp, string Signatures, string ContentType, byte[] Body)
{
    public JsonElement Event => JsonSerializer.Deserialize<JsonElement>(Body);

    public string Subject => Event.Text("subject")!;

    /// <summary>Whether one of the signatures is by a secret, computed here once more.</summary>
    public bool IsSignedBy(string secret)
    {
        using var hmac = new HMACSHA256(Convert.FromBase64String(secret["whsec_".Length..]));
        var expected = Convert.ToBase64String(hmac.ComputeHash([.. Encoding.UTF8.GetBytes($"{Id}.{Timestamp}."), .. Body]));
        return Signatures.Split(' ').Contains($"v1,{expected}");
    }
}

/// <summary>Somebody's server that webhooks are posted to. It can go away and come back.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly int _port = ProgramProcess.FreePort();
    private readonly ConcurrentQueue<Received> _received = new();
    private WebApplication? _app;

    /// <summary>What it answers; an event it refuses it has received nevertheless.</summary>
    public Func<Received, HttpContext, int> Answer { get; set; } = (_, _) => StatusCodes.Status204NoContent;

    /// <summary>Its address.</summary>
    public string Url => $"http://localhost:{_port}/hook";

    /// <summary>Everything it has got, in order.</summary>
    public IReadOnlyList<Received> All => [.. _received];

    /// <summary>What it has got and confirmed of some events, in order.</summary>
    public IReadOnlyList<string> IdsOf(IEnumerable<string> events)
    {
        var wanted = events.ToHashSet();
        return [.. _received.Select(received => received.Id).Where(wanted.Contains)];
    }

    public static async Task<Receiver> StartedAsync()
    {
        var receiver = new Receiver();
        await receiver.StartAsync();
        return receiver;
    }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(_port));
        _app = builder.Build();
        _app.MapPost("/hook", ReceiveAsync);
        await _app.StartAsync();
    }

    public async Task StopAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app!.StopAsync(now.Token);
        await _app.DisposeAsync();
        _app = null;
    }

    /// <summary>Waits until it has got something.</summary>
    public async Task UntilAsync(Func<IReadOnlyList<Received>, bool> condition)
    {
        for (var tries = 0; !condition(All); tries++)
        {
            Assert.True(tries < 600, $"Only {_received.Count} came: {string.Join(", ", _received.Select(received => received.Event.Text("type")))}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until it has got all of some events.</summary>
    public Task UntilAsync(IReadOnlyCollection<string> events) => UntilAsync(_ => IdsOf(events).Distinct().Count() == events.Count);

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await StopAsync();
        }
    }

    private async Task ReceiveAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var headers = http.Request.Headers;
        var received = new Received(headers["webhook-id"].Single()!, headers["webhook-timestamp"].Single()!, headers["webhook-signature"].Single()!, http.Request.ContentType!, body.ToArray());
        _received.Enqueue(received);
        http.Response.StatusCode = Answer(received, http);
    }
}
