using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using UserDomain.Contracts;

namespace UserDomain.AllInOne.Tests;

/// <summary>Where a program that ends TLS itself asks clients for certificates (RFC 8705 section 5).</summary>
public sealed class CertificateRequestTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly Uri _public = new($"https://localhost:{ProgramProcess.FreePort()}");
    private readonly Uri _mtls = new($"https://localhost:{ProgramProcess.FreePort()}");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_browser_at_the_public_url_is_not_asked_for_a_certificate_and_a_client_at_the_other_may_show_one(SslProtocols protocol)
    {
        using var certificate = TestAuthority.SelfSigned("CN=client");
        var roles = TinyService.Of(Services.RoleApi, app => app.MapGet("/api/v1/roles", (HttpContext http) => http.Connection.ClientCertificate?.Thumbprint ?? "none"));
        await using var host = await AllInOneHost.BuildAsync([roles],
        [
            $"--UserDomain:PublicUrl={_public}", $"--UserDomain:Mtls:Url={_mtls}", $"--UserDomain:DataDirectory={_folder["data"]}", "--Logging:LogLevel:Default=None",
            .. new TestCertificate(_folder).Settings,
        ]);
        await host.StartAsync(Cancellation);

        // Each twice and in turn: a client may try to go on with the session of a connection before.
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal("none", await AskAsync(_public, _public, certificate, protocol));
            Assert.Equal(certificate.Thumbprint, await AskAsync(_mtls, _mtls, certificate, protocol));
            Assert.Equal("none", await AskAsync(_mtls, _mtls, null, protocol));
        }

        // Whatever host it says it came for: had it been asked, it would be known here.
        Assert.Equal("none", await AskAsync(_public, _mtls, certificate, protocol));
        Assert.Equal("none", await AskAsync(_mtls, _public, certificate, protocol));
    }

    private static async Task<string> AskAsync(Uri connection, Uri host, X509Certificate2? certificate, SslProtocols protocol)
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions =
            {
                EnabledSslProtocols = protocol,
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
                ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
            },
        })
        { BaseAddress = connection, DefaultRequestHeaders = { Host = host.Authority } };
        return await client.GetStringAsync(new Uri("api/v1/roles", UriKind.Relative), Cancellation);
    }
}
