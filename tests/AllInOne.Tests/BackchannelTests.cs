using System.Net;
using UserDomain.ServiceDefaults.Backchannel;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AllInOne.Tests;

/// <summary>What services do when another one ends before it has answered them.</summary>
public sealed class BackchannelTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "api/v1/roles", "")]
    [InlineData("POST", "api/v1/roles", "0198a7f0")]
    [InlineData("POST", "connect/token", "")]
    public async Task What_does_no_harm_twice_is_sent_again(string method, string path, string key)
    {
        await using var service = await EndingService.StartAsync(ends: 1);

        using var answer = await service.AskAsync(method, path, key);

        Assert.Equal((HttpStatusCode.OK, 2), (answer.StatusCode, service.Asked));
    }

    [Theory]
    [InlineData("POST", "api/v1/roles")]
    [InlineData("PATCH", "api/v1/roles/1")]
    [InlineData("DELETE", "api/v1/roles/1")]
    public async Task What_might_do_harm_twice_is_not_sent_again(string method, string path)
    {
        await using var service = await EndingService.StartAsync(ends: 1);

        await Assert.ThrowsAsync<HttpRequestException>(() => service.AskAsync(method, path, ""));

        Assert.Equal(1, service.Asked);
    }

    [Fact]
    public async Task An_answer_is_taken_as_it_is_and_nobody_asks_for_ever()
    {
        await using var busy = await EndingService.StartAsync(ends: 0, HttpStatusCode.ServiceUnavailable);
        await using var gone = await EndingService.StartAsync(ends: int.MaxValue);

        using var answer = await busy.AskAsync("GET", "api/v1/roles", "");
        await Assert.ThrowsAsync<HttpRequestException>(() => gone.AskAsync("GET", "api/v1/roles", ""));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, 1, 3), (answer.StatusCode, busy.Asked, gone.Asked));
    }

    /// <summary>Ends the connections of the first who ask, and answers the others; asked by a client as services have it.</summary>
    private sealed class EndingService : IAsyncDisposable
    {
        private readonly WebApplication _program;
        private readonly ServiceProvider _caller;
        private int _asked;

        private EndingService(int ends, HttpStatusCode status)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls(Url.AbsoluteUri);
            _program = builder.Build();
            _program.Run(http =>
            {
                http.Response.StatusCode = (int)status;
                if (Interlocked.Increment(ref _asked) <= ends)
                {
                    http.Abort();
                }

                return Task.CompletedTask;
            });

            var services = new ServiceCollection();
            services.AddSingleton(UserDomainSettings.Read(new ConfigurationBuilder().AddInMemoryCollection([new("UserDomain:PublicUrl", Url.AbsoluteUri)]).Build()));
            services.AddHttpClient("caller").ConfigureBackchannel();
            _caller = services.BuildServiceProvider();
        }

        public int Asked => _asked;

        private Uri Url { get; } = new($"http://localhost:{ProgramProcess.FreePort()}/");

        public static async Task<EndingService> StartAsync(int ends, HttpStatusCode status = HttpStatusCode.OK)
        {
            var service = new EndingService(ends, status);
            await service._program.StartAsync(Cancellation);
            return service;
        }

        public async Task<HttpResponseMessage> AskAsync(string method, string path, string key)
        {
            using var request = new HttpRequestMessage(new(method), new Uri(Url, path)) { Content = method == "GET" ? null : new StringContent("{}") };
            if (key.Length > 0)
            {
                request.Headers.Add(RequestHeaders.IdempotencyKey, key);
            }

            return await _caller.GetRequiredService<IHttpClientFactory>().CreateClient("caller").SendAsync(request, Cancellation);
        }

        public async ValueTask DisposeAsync()
        {
            await _caller.DisposeAsync();
            await _program.DisposeAsync();
        }
    }
}
