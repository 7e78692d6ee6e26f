using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using UserDomain.Contracts;

namespace UserDomain.AllInOne.Tests;

public sealed class LifeCycleTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Startup_tasks_of_all_services_run_in_order_before_any_background_work_and_before_it_listens()
    {
        var log = new ConcurrentQueue<string>();
        await using var host = await RunningHost.BuildAsync(
        [
            TinyService.Of(Services.RoleApi, services => services
                .AddSingleton(TinyService.Task("one", () => log.Enqueue("one")))
                .AddSingleton(TinyService.Task("two", () => log.Enqueue("two")))
                .AddHostedService(_ => new Recorder(log)), _ => { }),
            TinyService.Of(Services.SessionApi, services => services.AddSingleton(TinyService.Task("three", () => log.Enqueue("three"))), _ => { }),
        ]);

        await host.Host.RunStartupTasksAsync(migrateOnly: false, Cancellation);
        Assert.Equal(["one", "two", "three"], log);
        Assert.Contains(host.Host.Addresses, address => address.EndsWith(":0", StringComparison.Ordinal));

        await host.Host.StartAsync(Cancellation);
        Assert.Equal(["one", "two", "three", "work starts"], log);
        Assert.DoesNotContain(host.Host.Addresses, address => address.EndsWith(":0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_migrate_command_runs_only_migrations()
    {
        var log = new ConcurrentQueue<string>();
        await using var host = await RunningHost.BuildAsync([TinyService.Of(Services.RoleApi, services => services
            .AddSingleton(TinyService.Task("schema", () => log.Enqueue("schema"), isMigration: true))
            .AddSingleton(TinyService.Task("seed", () => log.Enqueue("seed"))), _ => { })]);

        await host.Host.RunStartupTasksAsync(migrateOnly: true, Cancellation);

        Assert.Equal(["schema"], log);
    }

    [Fact]
    public async Task An_answer_that_is_under_way_is_finished_and_only_then_background_work_stops()
    {
        var log = new ConcurrentQueue<string>();
        var entered = new TaskCompletionSource();
        var roles = TinyService.Of(Services.RoleApi, services => services.AddHostedService(_ => new Recorder(log)),
            app => app.MapGet("/api/v1/roles", async () =>
            {
                var stopping = new TaskCompletionSource();
                using var registration = app.Lifetime.ApplicationStopping.Register(stopping.SetResult);
                entered.SetResult();
                await stopping.Task;
                log.Enqueue("answered");
                return "finished";
            }));
        await using var host = await RunningHost.StartAsync([roles]);

        var answer = host.Client.GetStringAsync("/api/v1/roles", Cancellation);
        await entered.Task.WaitAsync(Cancellation);
        await host.Host.StopAsync(Cancellation);

        Assert.Equal("finished", await answer);
        Assert.Equal(["work starts", "answered", "work stops"], log);
    }

    [Fact]
    public async Task It_ends_within_five_seconds_with_an_idle_connection_an_open_web_socket_and_a_hanging_event_stream()
    {
        var sessions = TinyService.Of(Services.SessionApi, app =>
        {
            app.UseWebSockets();
            app.MapGet("/api/v1/sessions", () => "idle");
            app.MapGet("/api/v1/sessions/live", async (HttpContext context) =>
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                await socket.ReceiveAsync(new byte[1], CancellationToken.None);
            });
            app.MapGet("/api/v1/sessions/stream", async (HttpContext context) =>
            {
                await context.Response.Body.FlushAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            });
        });
        await using var host = await RunningHost.StartAsync([sessions]);
        using var idle = host.NewClient();
        await idle.GetStringAsync("/api/v1/sessions", Cancellation);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri("ws://localhost:8080/api/v1/sessions/live"), host.Client, Cancellation);
        await using var stream = await host.Client.GetStreamAsync("/api/v1/sessions/stream", Cancellation);

        var clock = Stopwatch.StartNew();
        await host.Host.StopAsync(Cancellation);

        TestContext.Current.SendDiagnosticMessage($"ended after {clock.ElapsedMilliseconds} ms");
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task It_is_ready_only_while_every_service_is_healthy()
    {
        var healthy = true;
        var roles = TinyService.Of(Services.RoleApi, services => services.AddHealthChecks().AddCheck("store", () =>
            healthy ? new(Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy) : new(Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Unhealthy)), _ => { });
        await using var host = await RunningHost.StartAsync([roles, TinyService.Of(Services.SessionApi, _ => { })]);

        Assert.Equal(200, await StatusAsync(host, "/health/ready"));
        healthy = false;
        Assert.Equal(503, await StatusAsync(host, "/health/ready"));
        Assert.Equal(200, await StatusAsync(host, "/health/live"));
    }

    private static async Task<int> StatusAsync(RunningHost host, string path)
    {
        using var response = await host.Client.GetAsync(path, Cancellation);
        return (int)response.StatusCode;
    }

    private sealed class Recorder(ConcurrentQueue<string> log) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            log.Enqueue("work starts");
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            log.Enqueue("work stops");
            return Task.CompletedTask;
        }
    }
}
