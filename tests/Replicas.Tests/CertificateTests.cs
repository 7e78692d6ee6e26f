using System.Security.Cryptography.X509Certificates;

namespace UserDomain.Replicas.Tests;

/// <summary>Clients with certificates, which the gateway has seen and the services are told of (RFC 8705, RFC 9440).</summary>
public sealed class CertificateTests(ReplicatedSystem system) : IDisposable
{
    private const string Header = "Client-Cert";

    private readonly X509Certificate2 _certificate = system.Authority.Issue("CN=certified");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _certificate.Dispose();

    [Fact]
    public async Task TOK_10_A_client_is_known_by_its_certificate_through_the_gateway_and_its_token_is_good_with_that_alone()
    {
        using var client = system.Certified(_certificate);
        var token = (await AskAsync(client).BodyAsync()).Text("access_token")!;

        foreach (var (connection, status) in new[] { (client, HttpStatusCode.OK), (Other(), HttpStatusCode.Unauthorized), (system.Certified(null), HttpStatusCode.Unauthorized), (system.Client(), HttpStatusCode.Unauthorized) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/roles") { Headers = { Authorization = new("Bearer", token) } };
            using var answer = await connection.SendAsync(request, Cancellation);
            Assert.Equal(status, answer.StatusCode);
            connection.Dispose();
        }
    }

    [Fact]
    public async Task A_client_with_another_certificate_or_none_is_refused()
    {
        using var other = Other();
        using var none = system.Certified(null);

        await RefusedAsync(other, HttpStatusCode.Unauthorized, "invalid_client");
        await RefusedAsync(none, HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task A_certificate_that_has_ended_goes_no_further_than_the_gateway()
    {
        using var ended = system.Authority.Issue("CN=certified", starts: TimeSpan.FromMinutes(-10), ends: TimeSpan.FromMinutes(-5));
        using var client = system.Certified(ended);

        await AskAsync(client).ProblemAsync(HttpStatusCode.BadRequest, "certificate-not-valid");
    }

    [Fact]
    public async Task TOK_08_A_certificate_somebody_writes_into_a_header_is_not_passed_on_from_anywhere()
    {
        foreach (var value in new[] { $":{Convert.ToBase64String(_certificate.RawData)}:", Uri.EscapeDataString(_certificate.ExportCertificatePem()) })
        {
            foreach (var (open, error) in new (Func<HttpClient>, string)[] { (() => system.Client(), "invalid_request"), (() => system.Certified(null), "invalid_request"), (Other, "invalid_client") })
            {
                using var client = open();
                client.DefaultRequestHeaders.TryAddWithoutValidation(Header, value);
                client.DefaultRequestHeaders.TryAddWithoutValidation("client-cert", value);
                await RefusedAsync(client, error == "invalid_client" ? HttpStatusCode.Unauthorized : HttpStatusCode.BadRequest, error);

                // Nor by who says they came to where certificates are asked for.
                client.DefaultRequestHeaders.Host = system.Certified(null).BaseAddress!.Authority;
                await RefusedAsync(client, error == "invalid_client" ? HttpStatusCode.Unauthorized : HttpStatusCode.BadRequest, error);
            }
        }
    }

    [Fact]
    public async Task API_01_A_certificate_of_100_kB_in_a_header_is_not_read()
    {
        using var client = system.Client();
        client.DefaultRequestVersion = HttpVersion.Version11;
        client.DefaultRequestHeaders.TryAddWithoutValidation(Header, $":{new string('A', 100 * 1024)}:");

        await AskAsync(client).ProblemAsync(HttpStatusCode.BadRequest, "unreadable-request");
    }

    private HttpClient Other()
    {
        var certificate = system.Authority.Issue("CN=other");
        return system.Certified(certificate);
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient client) => await client.PostAsync(new Uri("connect/token", UriKind.Relative),
        new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", "certified"), new("scope", "roles:read")]), Cancellation);

    private static async Task RefusedAsync(HttpClient client, HttpStatusCode status, string error)
    {
        var answer = await AskAsync(client).BodyAsync(status);
        Assert.Equal(error, answer.Text("error"));
    }
}
