using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.ServiceDefaults.Backchannel;

/// <summary>Opens connections between services of one process; absent when they talk over the network.</summary>
/// <param name="Connect">As <see cref="SocketsHttpHandler.ConnectCallback"/>.</param>
public sealed record BackchannelTransport(Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> Connect);

/// <summary>HTTP between our own services: addressed by public URL, sent the internal way.</summary>
public static class BackchannelClient
{
    /// <summary>Name of the <see cref="HttpClient"/> that reaches our services without credentials.</summary>
    public const string Name = "backchannel";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    internal static void AddBackchannel(this IServiceCollection services)
    {
        services.AddSingleton<ServiceTokens>();
        services.AddHttpClient(Name).ConfigureBackchannel();
    }

    /// <summary>Registers a client whose requests carry this service's own token.</summary>
    /// <param name="services">Where to register.</param>
    /// <param name="name">Name of the client.</param>
    /// <param name="scope">The one scope its token has (AUZ-06).</param>
    public static IHttpClientBuilder AddServiceClient(this IServiceCollection services, string name, string scope) =>
        services.AddHttpClient(name)
            .AddHttpMessageHandler(provider => new ServiceTokenHandler(provider.GetRequiredService<ServiceTokens>(), scope))
            .ConfigureBackchannel();

    /// <summary>Sends a client's requests the internal way: no redirects, no cookies, no proxies, bounded time, again when a replica ends.</summary>
    public static IHttpClientBuilder ConfigureBackchannel(this IHttpClientBuilder client)
    {
        client.RemoveAllLoggers().ConfigureHttpClient(http => http.Timeout = Timeout);
        client.AddResilienceHandler("again", pipeline => pipeline.AddRetry(Again));
        return client
            .AddHttpMessageHandler(provider => ActivatorUtilities.CreateInstance<InternalRoutes>(provider, provider.GetServices<BackchannelTransport>()))
            .ConfigurePrimaryHttpMessageHandler(provider => CreatePrimaryHandler(provider.GetService<BackchannelTransport>()));
    }

    // An answer is the service's to give, whatever it says; only where there is none another replica may have one.
    private static HttpRetryStrategyOptions Again => new()
    {
        MaxRetryAttempts = 2,
        Delay = TimeSpan.FromMilliseconds(100),
        UseJitter = true,
        ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Exception is HttpRequestException && IsHarmlessAgain(attempt.Context.GetRequestMessage()!)),
    };

    // Of what services ask each other for, what the gateway would send again.
    private static bool IsHarmlessAgain(HttpRequestMessage request) =>
        request.Method == HttpMethod.Get || request.Headers.Contains(RequestHeaders.IdempotencyKey) || request.RequestUri!.AbsolutePath == "/connect/token";

    private static SocketsHttpHandler CreatePrimaryHandler(BackchannelTransport? transport) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = TimeSpan.FromSeconds(3),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ConnectCallback = transport?.Connect,
    };
}
