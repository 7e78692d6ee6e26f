using System.Net;
using System.Net.WebSockets;
using System.Text;
using UserDomain.Contracts;

namespace UserDomain.AllInOne.Tests;

public sealed class RoutingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_path_is_answered_by_its_own_service_on_one_connection()
    {
        await using var host = await RunningHost.StartAsync([Named(Services.IdentityServer), Named(Services.RoleApi), Named(Services.SessionApi)]);

        foreach (var (path, service) in new[]
        {
            ("/", Services.IdentityServer), ("/api/v1/roles", Services.RoleApi), ("/api/v1/sessions/1", Services.SessionApi),
            ("/api/v1/rolesandmore", Services.IdentityServer), ("/api/v1/roles/1", Services.RoleApi),
            ("/.well-known/oauth-protected-resource/api/v1/roles", Services.RoleApi), ("/.well-known/oauth-protected-resource", Services.IdentityServer),
        })
        {
            Assert.Equal(service, await host.Client.GetStringAsync(path, Cancellation));
        }
    }

    [Fact]
    public async Task A_path_of_a_service_that_is_not_hosted_is_not_found()
    {
        await using var host = await RunningHost.StartAsync([Named(Services.RoleApi)]);

        Assert.Equal(HttpStatusCode.NotFound, (await host.Client.GetAsync("/api/v1/sessions", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_fault_in_one_service_leaves_the_others_and_its_own_next_answer_untouched()
    {
        var roles = TinyService.Of(Services.RoleApi, app =>
        {
            app.MapGet("/api/v1/roles/early", string () => throw new InvalidOperationException());
            app.MapGet("/api/v1/roles/late", async (HttpContext context) =>
            {
                await context.Response.WriteAsync("half");
                await context.Response.Body.FlushAsync();
                throw new InvalidOperationException();
            });
            app.MapGet("/api/v1/roles", () => "whole");
        });
        await using var host = await RunningHost.StartAsync([roles, Named(Services.SessionApi)]);

        Assert.Equal(HttpStatusCode.InternalServerError, (await host.Client.GetAsync("/api/v1/roles/early", Cancellation)).StatusCode);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => host.Client.GetStringAsync("/api/v1/roles/late", Cancellation));
        Assert.Equal(Services.SessionApi, await host.Client.GetStringAsync("/api/v1/sessions", Cancellation));
        Assert.Equal("whole", await host.Client.GetStringAsync("/api/v1/roles", Cancellation));
    }

    [Fact]
    public async Task Events_arrive_one_by_one_and_the_service_learns_that_the_reader_has_gone()
    {
        var gate = new SemaphoreSlim(0);
        var gone = new TaskCompletionSource();
        var sessions = TinyService.Of(Services.SessionApi, app => app.MapGet("/api/v1/sessions", async (HttpContext context) =>
        {
            context.RequestAborted.Register(gone.SetResult);
            context.Response.ContentType = "text/event-stream";
            for (var number = 1; ; number++)
            {
                await context.Response.WriteAsync($"data: {number}\n\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await gate.WaitAsync(context.RequestAborted);
            }
        }));
        await using var host = await RunningHost.StartAsync([sessions]);
        using (var events = new StreamReader(await host.Client.GetStreamAsync("/api/v1/sessions", Cancellation)))
        {
            Assert.Equal("data: 1", await events.ReadLineAsync(Cancellation));
            await events.ReadLineAsync(Cancellation);
            gate.Release();
            Assert.Equal("data: 2", await events.ReadLineAsync(Cancellation));
        }

        await gone.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
    }

    [Fact]
    public async Task A_web_socket_passes_both_ways()
    {
        var sessions = TinyService.Of(Services.SessionApi, app => app.UseWebSockets().Use(async (HttpContext context, RequestDelegate _) =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[100];
            var received = await socket.ReceiveAsync(buffer, context.RequestAborted);
            await socket.SendAsync(buffer.AsMemory(0, received.Count), WebSocketMessageType.Text, true, context.RequestAborted);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
        }));
        await using var host = await RunningHost.StartAsync([sessions]);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri("ws://localhost:8080/api/v1/sessions/live"), host.Client, Cancellation);

        await socket.SendAsync("there and back"u8.ToArray(), WebSocketMessageType.Text, true, Cancellation);
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer, Cancellation);

        Assert.Equal("there and back", Encoding.UTF8.GetString(buffer, 0, received.Count));
        Assert.Equal(WebSocketMessageType.Close, (await socket.ReceiveAsync(buffer, Cancellation)).MessageType);
    }

    private static ServiceDefaults.Hosting.ServiceDescription Named(string name) =>
        TinyService.Of(name, app => app.MapFallback((ServiceDefaults.Hosting.ServiceDescription service) => service.Name));
}
