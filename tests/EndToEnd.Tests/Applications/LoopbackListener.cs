using System.Net;

namespace UserDomain.EndToEnd.Tests.Applications;

/// <summary>What a native application opens to get its answer from the browser (RFC 8252 section 7.3): a free port of a loopback address.</summary>
internal sealed class LoopbackListener : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TaskCompletionSource<Uri> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LoopbackListener()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(context =>
        {
            _answer.TrySetResult(new Uri(Microsoft.AspNetCore.Http.Extensions.UriHelper.GetDisplayUrl(context.Request)));
            return context.Response.WriteAsync("You can close this window.");
        });
    }

    /// <summary>Where it listens.</summary>
    public Uri Url => new(_app.Urls.Single());

    public static async Task<LoopbackListener> StartAsync()
    {
        var listener = new LoopbackListener();
        await listener._app.StartAsync(TestContext.Current.CancellationToken);
        return listener;
    }

    /// <summary>The first URL the browser asked for.</summary>
    public Task<Uri> AnswerAsync() => _answer.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
