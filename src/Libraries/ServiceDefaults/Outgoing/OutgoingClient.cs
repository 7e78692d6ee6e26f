using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.ServiceDefaults.Outgoing;

/// <summary>HTTP to addresses others have given us: key sets of clients, their logout addresses, webhooks (OUT-01).</summary>
public static class OutgoingClient
{
    /// <summary>Name of the <see cref="HttpClient"/>.</summary>
    public const string Name = "outgoing";

    /// <summary>The most bytes an answer may have.</summary>
    public const int MaxAnswerBytes = 64 * 1024;

    /// <summary>How long a call may take, from looking the name up to the last byte.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>Registers it.</summary>
    public static void AddOutgoing(this IServiceCollection services)
    {
        services.AddSingleton(services.GetSettings().Outgoing);
        services.AddSingleton<OutgoingConnections>();
        services.AddTransient<OutgoingGuard>();
        services.AddHttpClient(Name)
            .RemoveAllLoggers()
            .ConfigureHttpClient(client =>
            {
                client.Timeout = Timeout;
                client.MaxResponseContentBufferSize = MaxAnswerBytes;
                client.DefaultRequestHeaders.UserAgent.ParseAdd("UserDomain");
            })
            .ConfigurePrimaryHttpMessageHandler(provider => CreateHandler(provider.GetRequiredService<OutgoingConnections>(), provider.GetRequiredService<OutgoingSettings>()))
            .AddHttpMessageHandler<OutgoingGuard>();
    }

    // A proxy would look names up itself; a redirect, a cookie or a trace would take along what was for one host only.
    private static SocketsHttpHandler CreateHandler(OutgoingConnections connections, OutgoingSettings settings) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
        ConnectCallback = connections.ConnectAsync,
        ConnectTimeout = Timeout,
        MaxConnectionsPerServer = 4,
        MaxResponseDrainSize = 0,
        MaxResponseHeadersLength = 16,
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        SslOptions = OutgoingTrust.Options(settings),
    };
}
