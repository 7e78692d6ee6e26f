using System.Net;
using System.Security.Cryptography.X509Certificates;
using UserDomain.IdentityServer.Clients;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.Mtls;

/// <summary>Certificates a gateway says it has seen (RFC 9440): who is believed, and what is not read.</summary>
public sealed class ForwardedTests(MtlsSystem system) : IClassFixture<MtlsSystem>, IDisposable
{
    private const string Header = "Client-Cert";

    private readonly X509Certificate2 _certificate = TestAuthority.SelfSigned("CN=seen");
    private readonly X509Certificate2 _other = TestAuthority.SelfSigned("CN=other");

    public void Dispose()
    {
        _certificate.Dispose();
        _other.Dispose();
    }

    private string Rfc9440 => $":{Convert.ToBase64String(_certificate.RawData)}:";

    private string Escaped => Uri.EscapeDataString(_certificate.ExportCertificatePem() + "\n");

    [Fact]
    public async Task The_gateway_is_believed_in_the_form_of_the_RFC_and_in_that_of_nginx()
    {
        var client = await ClientAsync();

        foreach (var value in new[] { Rfc9440, Escaped })
        {
            await AskAsync(MtlsSystem.GatewayAddress, system.Url, client, value).BodyAsync();
        }

        await AskAsync(MtlsSystem.GatewayAddress, system.Url, client, $":{Convert.ToBase64String(_other.RawData)}:").ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await AskAsync(MtlsSystem.GatewayAddress, system.Url, client).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task TOK_08_Nobody_else_is_believed_and_nobody_anywhere_else()
    {
        var client = await ClientAsync();

        await AskAsync("127.0.0.1", system.Url, client, Rfc9440).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
        await AskAsync("127.0.0.3", system.Url, client, Escaped).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
        await AskAsync(MtlsSystem.GatewayAddress, system.System.PublicUrl, client, Rfc9440).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task A_client_that_connects_itself_is_known_by_what_it_shows_and_not_by_what_it_writes()
    {
        var client = await ClientAsync();
        using var shown = system.Connect(_other);
        shown.DefaultRequestHeaders.Add(Header, Rfc9440);
        using var nothing = system.Connect(null);
        nothing.DefaultRequestHeaders.Add(Header, Rfc9440);
        using var right = system.Connect(_certificate);
        right.DefaultRequestHeaders.Add(Header, "garbage");
        (string, string)[] form = [("grant_type", "client_credentials"), ("client_id", client)];

        await MtlsSystem.PostAsync(shown, MtlsSystem.Token, form).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await MtlsSystem.PostAsync(nothing, MtlsSystem.Token, form).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
        await MtlsSystem.PostAsync(right, MtlsSystem.Token, form).BodyAsync();
    }

    [Fact]
    public async Task A_certificate_is_forgotten_with_its_request_although_the_connection_stays()
    {
        var client = await ClientAsync();
        using var gateway = system.From(MtlsSystem.GatewayAddress, system.Url);
        using var direct = system.Connect(_certificate);
        (string, string)[] form = [("grant_type", "client_credentials"), ("client_id", client)];

        for (var round = 0; round < 2; round++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, MtlsSystem.Token) { Headers = { { Header, Rfc9440 } }, Content = new FormUrlEncodedContent(form.Select(pair => new KeyValuePair<string, string>(pair.Item1, pair.Item2))) };
            await gateway.SendAsync(request, TestContext.Current.CancellationToken).BodyAsync();
            await MtlsSystem.PostAsync(gateway, MtlsSystem.Token, form).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");

            // Nor does a request for another host take it from those that follow.
            await MtlsSystem.PostAsync(direct, MtlsSystem.Token, form).BodyAsync();
            using var elsewhere = new HttpRequestMessage(HttpMethod.Post, MtlsSystem.Token) { Headers = { Host = system.System.PublicUrl.Authority }, Content = new FormUrlEncodedContent(form.Select(pair => new KeyValuePair<string, string>(pair.Item1, pair.Item2))) };
            await direct.SendAsync(elsewhere, TestContext.Current.CancellationToken).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
        }
    }

    [Fact]
    public async Task What_is_not_one_certificate_is_refused_and_not_passed_over()
    {
        var client = await ClientAsync();
        var der = Convert.ToBase64String(_certificate.RawData);
        string[] wrong =
        [
            "garbage", ":", "::", ":garbage:", $":{der}", der, $":{der[..^8]}:", $":{der}:, :{der}:", ":AAAA:",
            "-----BEGIN%20CERTIFICATE-----", Uri.EscapeDataString(_certificate.ExportCertificatePem() + "\n" + _other.ExportCertificatePem()),
            Uri.EscapeDataString("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"), $":{new string('A', 12 * 1024)}:",
        ];

        foreach (var value in wrong)
        {
            await AskAsync(MtlsSystem.GatewayAddress, system.Url, client, value).ProblemAsync(HttpStatusCode.BadRequest, "unreadable-certificate");
        }

        await AskAsync(MtlsSystem.GatewayAddress, system.Url, client, Rfc9440, Rfc9440).ProblemAsync(HttpStatusCode.BadRequest, "unreadable-certificate");
        using var long100 = await AskAsync(MtlsSystem.GatewayAddress, system.Url, client, $":{new string('A', 100 * 1024)}:");
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, long100.StatusCode);
    }

    private Task<string> ClientAsync() => system.ServiceAsync(spec => spec with { TokenEndpointAuthMethod = ClientAuthentication.SelfSignedTlsClientAuth, Jwks = MtlsSystem.Set(_certificate) });

    private async Task<HttpResponseMessage> AskAsync(string address, Uri host, string client, params string[] headers)
    {
        using var gateway = system.From(address, host);
        foreach (var header in headers)
        {
            gateway.DefaultRequestHeaders.TryAddWithoutValidation(Header, header);
        }

        return await MtlsSystem.PostAsync(gateway, MtlsSystem.Token, ("grant_type", "client_credentials"), ("client_id", client));
    }
}
