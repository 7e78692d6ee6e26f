using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using UserDomain.Replicas.Tests;
using UserDomain.Replicas.Tests.Installations;

[assembly: AssemblyFixture(typeof(ReplicatedSystem))]
[assembly: UnsupportedOSPlatform("windows")]

namespace UserDomain.Replicas.Tests;

/// <summary>The production shape, and how people and programs reach it: through the gateway, over TLS.</summary>
public sealed class ReplicatedSystem : IAsyncLifetime
{
    /// <summary>Secret of every client of seed.json that keeps one.</summary>
    public const string Secret = "secret-of-clients-in-replica-tests-01";

    private readonly ProcessInstallation? _processes;
    private int _addresses;

    /// <summary>Nothing runs yet.</summary>
    public ReplicatedSystem()
    {
        _processes = ComposeInstallation.IsChosen ? null : new();
        Installation = (IInstallation?)_processes ?? new ComposeInstallation();
    }

    /// <summary>Where the gateway answers.</summary>
    public Uri PublicUrl => Installation.PublicUrl;

    /// <summary>Where it tells who forgot the s.</summary>
    public Uri RedirectUrl => new($"http://localhost:{Processes.Gateway.RedirectPort}/");

    /// <summary>Believes the gateway's certificate and no other.</summary>
    public X509ChainPolicy Trust => GatewayCertificate.Trust(Installation.Certificate);

    /// <summary>Its parts.</summary>
    internal IInstallation Installation { get; }

    private ProcessInstallation Processes => _processes ?? throw new InvalidOperationException("This is for parts that are processes of this machine.");

    /// <inheritdoc />
    public async ValueTask InitializeAsync() => await Installation.StartAsync(Repository.PathOf("tests/Replicas.Tests/seed.json"));

    /// <inheritdoc />
    public ValueTask DisposeAsync() => Installation.DisposeAsync();

    /// <summary>A client of the gateway whose requests go to one replica of each service; null for either in turn.</summary>
    public HttpClient Client(string? replica = null, string? accessToken = null, string? address = null)
    {
        var client = new HttpClient(Through(new() { AllowAutoRedirect = false, UseCookies = false }, address)) { BaseAddress = PublicUrl, DefaultRequestVersion = HttpVersion.Version20 };
        if (replica is not null)
        {
            client.DefaultRequestHeaders.Add(ReplicaChoice.Header, replica);
        }

        if (accessToken is not null)
        {
            client.DefaultRequestHeaders.Authorization = new("Bearer", accessToken);
        }

        return client;
    }

    /// <summary>A client of the gateway that connects where certificates are asked for.</summary>
    /// <param name="certificate">What it shows; null for nothing.</param>
    public HttpClient Certified(X509Certificate2? certificate) => new(new SocketsHttpHandler
    {
        UseCookies = false,
        SslOptions =
        {
            CertificateChainPolicy = Trust,
            ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
        },
    })
    { BaseAddress = Processes.MtlsUrl };

    /// <summary>The authority whose certificates clients may be known by.</summary>
    public TestAuthority Authority => Processes.Authority;

    /// <summary>A person's browser in front of the web application of the seed file.</summary>
    /// <param name="address">A loopback address the person comes from.</param>
    public WebVisitor Visitor(string? address = null) => Visitor("shop", ["openid", "offline_access", "profile:self"], address);

    /// <summary>The same in front of the application people use the APIs with.</summary>
    /// <param name="address">A loopback address the person comes from.</param>
    /// <param name="scopes">What it asks for.</param>
    public WebVisitor Office(string address, string[] scopes) => Visitor("office", scopes, address);

    private WebVisitor Visitor(string client, string[] scopes, string? address)
    {
        var visitor = new WebVisitor(PublicUrl, client, Secret, scopes, handler => Through(handler, address));
        visitor.Http.DefaultRequestVersion = HttpVersion.Version20;
        return visitor;
    }

    /// <summary>A loopback address that nobody has come from yet, and whom the gateway therefore does not limit.</summary>
    public string FreshAddress()
    {
        var number = Interlocked.Increment(ref _addresses);
        return $"127.1.{number / 250}.{(number % 250) + 1}";
    }

    /// <summary>An access token of the service of the seed file.</summary>
    public async Task<string> ServiceTokenAsync(string? replica, string scope)
    {
        using var client = Client(replica);
        using var answer = await client.PostAsync(new Uri("connect/token", UriKind.Relative), new FormUrlEncodedContent(
        [
            new("grant_type", "client_credentials"), new("client_id", "service"), new("client_secret", Secret), new("scope", scope),
        ]), TestContext.Current.CancellationToken);
        return (await answer.Content.ReadFromJsonAsync<TokenAnswer>(TestContext.Current.CancellationToken))!.AccessToken;
    }

    /// <summary>The gateway's log of requests.</summary>
    public Task<string[]> GatewayLogAsync() => Processes.Gateway.AccessLogAsync();

    /// <summary>A client of where a replica tells operators how it is.</summary>
    internal HttpClient Operator(string part) => new() { BaseAddress = new(Processes.OperationsUrlOf(part)) };

    /// <summary>How a service reaches the database, with no more rights than it has.</summary>
    public string ConnectionStringOf(string service) => Processes.ConnectionStringOf(service);

    /// <summary>What all programs have printed since this was last asked.</summary>
    public string Log() => Processes.Log();

    private HttpMessageHandler Through(SocketsHttpHandler handler, string? address)
    {
        handler.SslOptions.CertificateChainPolicy = Trust;
        if (address is not null)
        {
            handler.ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
                await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            };
        }

        return _processes is null ? handler : new ReplicaChoice(_processes) { InnerHandler = handler };
    }
}
