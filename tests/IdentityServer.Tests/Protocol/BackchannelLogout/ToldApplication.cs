using System.Collections.Concurrent;
using UserDomain.IdentityServer.Tests.Outgoing;

namespace UserDomain.IdentityServer.Tests.Protocol.BackchannelLogout;

/// <summary>What an application was sent.</summary>
/// <param name="Method">How.</param>
/// <param name="ContentType">As what.</param>
/// <param name="Parameters">The names of all parameters, of query and form.</param>
/// <param name="Token">The logout token.</param>
/// <param name="At">When.</param>
internal sealed record Told(string Method, string? ContentType, string[] Parameters, string Token, DateTimeOffset At)
{
    public string Session => Jwt.ClaimsOf(Token).GetProperty("sid").GetString()!;
}

/// <summary>The side of an application that is told of closed sessions.</summary>
internal sealed class ToldApplication : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentQueue<Told> _told = new();
    private LocalServer? _server;

    /// <summary>What it answers; by default that all is well.</summary>
    public RequestDelegate Answer { get; set; } = _ => Task.CompletedTask;

    /// <summary>All it was sent, whatever it answered.</summary>
    public IReadOnlyList<Told> All => [.. _told];

    public LocalServer Server => _server!;

    public string Url => new Uri(Server.Url, "logout").AbsoluteUri;

    public static async Task<ToldApplication> StartAsync(int port = 0)
    {
        var application = new ToldApplication();
        application._server = await LocalServer.StartAsync(application.TakeAsync, port: port);
        return application;
    }

    /// <summary>Answers with a status alone.</summary>
    public static RequestDelegate Status(int status) => context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    /// <summary>Waits until it was sent so many.</summary>
    public async Task<IReadOnlyList<Told>> ToldAsync(int number = 1)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (_told.Count < number)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Patience, $"It was told {_told.Count} times and not {number}.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        return All;
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        var request = context.Request;
        var form = await request.ReadFormAsync(context.RequestAborted);
        _told.Enqueue(new(request.Method, request.ContentType, [.. request.Query.Keys, .. form.Keys], $"{form["logout_token"]}", TimeProvider.System.GetUtcNow()));
        await Answer(context);
    }
}
