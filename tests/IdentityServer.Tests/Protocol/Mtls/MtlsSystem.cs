using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using UserDomain.IdentityServer.Clients;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.Mtls;

/// <summary>The product where certificates are asked for: by itself at a port of its own, and by a gateway, which is whoever comes from <see cref="GatewayAddress"/>.</summary>
public sealed class MtlsSystem : IAsyncLifetime
{
    public const string GatewayAddress = "127.0.0.2";
    public const string Token = "connect/token";

    private readonly TestFolder _folder = new();
    private readonly X509Certificate2 _server = TestAuthority.Localhost();
    private RunningSystem? _system;

    public RunningSystem System => _system!;

    /// <summary>Where certificates are asked for.</summary>
    public Uri Url { get; } = new($"https://localhost:{ProgramProcess.FreePort()}/");

    /// <summary>The authority that is believed.</summary>
    internal TestAuthority Authority { get; } = TestAuthority.Create();

    /// <summary>One below it, which is named as well.</summary>
    internal TestAuthority Intermediate { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Intermediate = Authority.Below("CN=Intermediate");
        await File.WriteAllTextAsync(_folder["trusted.pem"], Authority.Certificate.ExportCertificatePem() + "\n" + Intermediate.Certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(_folder["tls.crt"], _server.ExportCertificatePem());
        using (var key = _server.GetECDsaPrivateKey()!)
        {
            await File.WriteAllTextAsync(_folder["tls.key"], key.ExportPkcs8PrivateKeyPem());
        }

        _system = RunningSystem.With(new Dictionary<string, string>
        {
            ["UserDomain:Mtls:Url"] = Url.AbsoluteUri,
            ["UserDomain:Mtls:TrustedCertificatesFile"] = _folder["trusted.pem"],
            ["UserDomain:KnownProxies:0"] = GatewayAddress,
            ["Kestrel:Certificates:Default:Path"] = _folder["tls.crt"],
            ["Kestrel:Certificates:Default:KeyPath"] = _folder["tls.key"],
        });
        await _system.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await System.DisposeAsync();
        Intermediate.Dispose();
        Authority.Dispose();
        _server.Dispose();
        _folder.Dispose();
    }

    /// <summary>A client that connects where certificates are asked for.</summary>
    /// <param name="certificate">What it shows; null for nothing.</param>
    public HttpClient Connect(X509Certificate2? certificate) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        SslOptions =
        {
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == _server.Thumbprint,
            ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
        },
    })
    { BaseAddress = Url };

    /// <summary>A client without TLS that says it is at this host, from this address.</summary>
    public HttpClient From(string address, Uri host)
    {
        var client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
                await socket.ConnectAsync(IPAddress.Loopback, System.PublicUrl.Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        { BaseAddress = System.PublicUrl };
        client.DefaultRequestHeaders.Host = host.Authority;
        return client;
    }

    /// <summary>Posts a form with a certificate, or with none.</summary>
    public async Task<HttpResponseMessage> PostAsync(X509Certificate2? certificate, string path, params (string Name, string Value)[] form)
    {
        using var client = Connect(certificate);
        return await PostAsync(client, path, form);
    }

    /// <summary>Posts a form.</summary>
    public static Task<HttpResponseMessage> PostAsync(HttpClient client, string path, params (string Name, string Value)[] form) =>
        client.PostAsync(new Uri(path, UriKind.Relative), new FormUrlEncodedContent(form.Select(pair => new KeyValuePair<string, string>(pair.Name, pair.Value))));

    /// <summary>Asks for a token of the client itself.</summary>
    public Task<HttpResponseMessage> AskAsync(X509Certificate2? certificate, string clientId, params (string Name, string Value)[] more) =>
        PostAsync(certificate, Token, [("grant_type", "client_credentials"), ("client_id", clientId), .. more]);

    /// <summary>Asks an API with a token.</summary>
    public async Task<HttpResponseMessage> GetAsync(X509Certificate2? certificate, string path, string token, string scheme = "Bearer", params string[] proofs)
    {
        using var client = Connect(certificate);
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = new AuthenticationHeaderValue(scheme, token) } };
        foreach (var proof in proofs)
        {
            request.Headers.TryAddWithoutValidation("DPoP", proof);
        }

        return await client.SendAsync(request);
    }

    /// <summary>Registers a service.</summary>
    internal async Task<string> ServiceAsync(Func<ClientSpec, ClientSpec> change)
    {
        var client = change(new(NewId(), ClientType.Service) { Scopes = ["users:read"] });
        await System.RegisterAsync(client);
        return client.ClientId;
    }

    /// <summary>A set with certificates, as clients write one.</summary>
    internal static JsonElement Set(params X509Certificate2[] certificates) => JsonSerializer.SerializeToElement(new
    {
        keys = certificates.Select((certificate, index) =>
        {
            using var key = certificate.GetECDsaPublicKey()!;
            var point = key.ExportParameters(includePrivateParameters: false).Q;
            return new
            {
                kty = "EC",
                crv = "P-256",
                x = global::System.Buffers.Text.Base64Url.EncodeToString(point.X),
                y = global::System.Buffers.Text.Base64Url.EncodeToString(point.Y),
                kid = $"key-{index}",
                x5c = new[] { Convert.ToBase64String(certificate.RawData) },
            };
        }),
    });

    internal static string NewId() => $"certified-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
}
