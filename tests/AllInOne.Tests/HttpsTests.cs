using System.Net;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Backchannel;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AllInOne.Tests;

public sealed class HttpsTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_certificate_of_the_settings_is_served_and_trailers_pass()
    {
        var roles = TinyService.Of(Services.RoleApi, app => app.MapGet("/api/v1/roles", async (HttpContext context) =>
        {
            context.Response.DeclareTrailer("checksum");
            await context.Response.WriteAsync("body");
            context.Response.AppendTrailer("checksum", "42");
        }));
        await using var host = await StartAsync(roles);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/roles") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var response = await host.Client.SendAsync(request, Cancellation);

        Assert.Equal("body", await response.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal("42", Assert.Single(response.TrailingHeaders.GetValues("checksum")));
    }

    [Fact]
    public async Task A_service_reaches_another_by_its_public_url_although_nobody_trusts_the_certificate()
    {
        var roles = TinyService.Of(Services.RoleApi, app => app.MapGet("/api/v1/roles", async (IHttpClientFactory clients, UserDomainSettings settings) =>
        {
            using var client = clients.CreateClient(BackchannelClient.Name);
            return await client.GetStringAsync(new Uri(settings.PublicUrl, "api/v1/sessions"));
        }));
        var sessions = TinyService.Of(Services.SessionApi, app => app.MapGet("/api/v1/sessions", (HttpRequest request) => $"{request.Scheme}://{request.Host}"));
        await using var host = await StartAsync(roles, sessions);

        Assert.Equal("https://localhost:8443", await host.Client.GetStringAsync("/api/v1/roles", Cancellation));
    }

    [Fact]
    public async Task Background_work_that_calls_another_service_at_once_waits_until_it_can_be_reached()
    {
        var answer = new TaskCompletionSource<string>();
        var roles = TinyService.Of(Services.RoleApi, services => services.AddSingleton(answer).AddHostedService<EarlyCaller>(), _ => { });
        var sessions = TinyService.Of(Services.SessionApi, app => app.MapGet("/api/v1/sessions", () => "reached"));
        await using var host = await StartAsync(roles, sessions);

        Assert.Equal("reached", await answer.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation));
    }

    private Task<RunningHost> StartAsync(params ServiceDescription[] services) =>
        RunningHost.StartAsync(services, new TestCertificate(_folder));

    private sealed class EarlyCaller(IHttpClientFactory clients, UserDomainSettings settings, TaskCompletionSource<string> answer) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            using var client = clients.CreateClient(BackchannelClient.Name);
            answer.SetResult(await client.GetStringAsync(new Uri(settings.PublicUrl, "api/v1/sessions"), stoppingToken));
        }
    }
}
