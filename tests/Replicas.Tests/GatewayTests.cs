using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace UserDomain.Replicas.Tests;

/// <summary>What the gateway does by itself: routes, refusals, limits, and whom it believes.</summary>
public sealed class GatewayTests(ReplicatedSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("metrics")]
    [InlineData("metrics/anything")]
    [InlineData("health")]
    [InlineData("health/details")]
    public async Task Addresses_for_operators_do_not_exist(string path)
    {
        using var client = system.Client();

        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task API_01_A_request_line_of_more_than_8_kB_is_refused()
    {
        using var client = system.Client();
        client.DefaultRequestVersion = HttpVersion.Version11;

        await client.GetAsync(new Uri($"api/v1/roles?query={new string('a', 8 * 1024)}", UriKind.Relative), Cancellation).ProblemAsync(HttpStatusCode.RequestUriTooLong, "uri-too-long");
    }

    [Fact]
    public async Task API_01_A_header_of_more_than_8_kB_is_refused()
    {
        using var client = system.Client();
        client.DefaultRequestVersion = HttpVersion.Version11;
        client.DefaultRequestHeaders.Add("X-Long", new string('a', 8 * 1024));

        await client.GetAsync(new Uri("api/v1/roles", UriKind.Relative), Cancellation).ProblemAsync(HttpStatusCode.BadRequest, "unreadable-request");
    }

    [Fact]
    public async Task API_01_Headers_of_more_than_16_kB_together_are_refused()
    {
        using var client = system.Client();
        foreach (var number in Enumerable.Range(0, 3))
        {
            client.DefaultRequestHeaders.Add($"X-Long-{number}", new string('a', 6 * 1024));
        }

        using var answer = await client.GetAsync(new Uri("api/v1/roles", UriKind.Relative), Cancellation);

        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, answer.StatusCode);
    }

    [Theory]
    [InlineData("api/v1/roles", 256)]
    [InlineData("account/sign-in", 64)]
    [InlineData("connect/token", 64)]
    public async Task API_01_A_body_larger_than_its_address_takes_is_refused(string path, int kilobytes)
    {
        using var client = system.Client();
        using var body = new StringContent(new string('a', (kilobytes * 1024) + 1), Encoding.ASCII, "application/x-www-form-urlencoded");

        await client.PostAsync(new Uri(path, UriKind.Relative), body, Cancellation).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "content-too-large");
    }

    [Fact]
    public async Task What_is_not_HTTP_is_refused_with_a_problem_and_says_nothing_of_the_gateway()
    {
        var answer = await SendAsync("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("urn:user-domain:problem:unreadable-request", answer, StringComparison.Ordinal);
        Assert.DoesNotMatch("nginx/[0-9]", answer);
    }

    [Theory]
    [InlineData("account/sign-in", 20, 1, HttpStatusCode.BadRequest)]
    [InlineData("connect/token", 100, 20, HttpStatusCode.BadRequest)]
    [InlineData("connect/register", 100, 20, HttpStatusCode.Unauthorized)]
    [InlineData("connect/register/client", 100, 20, HttpStatusCode.MethodNotAllowed)]
    public async Task Who_asks_too_often_is_told_to_wait_and_nobody_else_is(string path, int burst, int perSecond, HttpStatusCode answered)
    {
        using var client = system.Client(address: system.FreshAddress());
        using var other = system.Client(address: system.FreshAddress());
        async Task<HttpResponseMessage> PostAsync()
        {
            using var body = new FormUrlEncodedContent([]);
            return await client.PostAsync(new Uri(path, UriKind.Relative), body, Cancellation);
        }

        var clock = Stopwatch.StartNew();
        var answers = await Task.WhenAll(Enumerable.Range(0, 3 * burst).Select(_ => PostAsync()));

        var refused = answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        Assert.NotEmpty(refused);
        Assert.All(refused, answer => Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter!.Delta));
        await Task.FromResult(refused[0]).ProblemAsync(HttpStatusCode.TooManyRequests, "too-many-requests");

        // One more is let through for each interval that has passed meanwhile.
        Assert.InRange(answers.Length - refused.Count, burst + 1, burst + 2 + (int)(perSecond * clock.Elapsed.TotalSeconds));
        using var spared = await other.PostAsync(new Uri(path, UriKind.Relative), null, Cancellation);
        Assert.Equal(answered, spared.StatusCode);
    }

    [Fact]
    public async Task An_address_a_caller_claims_to_have_is_not_believed()
    {
        using var visitor = system.Visitor();
        visitor.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        visitor.Http.DefaultRequestHeaders.Add("Forwarded", "for=203.0.113.7");
        var tokens = await visitor.SignInAsync("bob", RunningSystem.Password);
        using var sessions = system.Client(accessToken: await system.ServiceTokenAsync("a", "sessions:read"));

        var session = await sessions.GetAsync(new Uri($"api/v1/sessions/{tokens.SessionId}", UriKind.Relative), Cancellation).BodyAsync();

        Assert.Equal("127.0.0.1", session.Text("address"));
    }

    [Fact]
    public async Task A_forged_host_is_refused_and_changes_no_address()
    {
        using var client = system.Client();
        foreach (var header in (string[])["X-Forwarded-Host", "X-Original-Host", "X-Forwarded-Proto"])
        {
            client.DefaultRequestHeaders.Add(header, "evil.example.test");
        }

        var discovery = await client.GetAsync(new Uri(".well-known/openid-configuration", UriKind.Relative), Cancellation).BodyAsync();
        Assert.Equal(system.PublicUrl.AbsoluteUri, discovery.Text("issuer"));
        Assert.DoesNotContain("evil", discovery.ToString(), StringComparison.Ordinal);

        var answer = await SendAsync("GET /account/sign-in HTTP/1.1\r\nHost: evil.example.test\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("urn:user-domain:problem:unknown-host", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/me")]
    [InlineData("/api/v1/groups")]
    [InlineData("/api/v1/revocations")]
    [InlineData("/api/v1/webhooks")]
    [InlineData("/api/v1/audit-events")]
    [InlineData("/api/v1/clients")]
    public async Task Each_service_says_itself_what_its_resources_are(string path)
    {
        using var client = system.Client();

        var document = await client.GetAsync(new Uri($".well-known/oauth-protected-resource{path}", UriKind.Relative), Cancellation).BodyAsync();

        Assert.Equal(new Uri(system.PublicUrl, path).AbsoluteUri, document.Text("resource"));
    }

    [Fact]
    public async Task A_request_has_the_trace_id_of_its_caller_in_the_log_and_in_the_problem()
    {
        const string trace = "0af7651916cd43dd8448eb211c80319c";
        using var client = system.Client();
        client.DefaultRequestHeaders.Add("traceparent", $"00-{trace}-b7ad6b7169203331-01");

        var problem = await client.GetAsync(new Uri("api/v1/roles", UriKind.Relative), Cancellation).ProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");

        Assert.Equal(trace, problem.Text("traceId"));
        // It logs after it has answered.
        await Task.Delay(TimeSpan.FromSeconds(1), Cancellation);
        var line = JsonSerializer.Deserialize<JsonElement>((await system.GatewayLogAsync()).Single(text => text.Contains(trace, StringComparison.Ordinal)));
        Assert.Equal(("/api/v1/roles", 401, "127.0.0.1"), (line.Text("path"), line.GetProperty("status").GetInt32(), line.Text("client")));
    }

    [Fact]
    public async Task Who_forgets_to_encrypt_is_led_to_the_public_address_whatever_host_was_asked_for()
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = system.RedirectUrl, DefaultRequestHeaders = { Host = "evil.example.test" } };

        using var answer = await client.PostAsync(new Uri("account/sign-in?a=b", UriKind.Relative), null, Cancellation);

        Assert.Equal((HttpStatusCode.PermanentRedirect, new Uri(system.PublicUrl, "account/sign-in?a=b")), (answer.StatusCode, answer.Headers.Location));
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_connection_is_encrypted_and_speaks_HTTP_2(SslProtocols protocol)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync("localhost", system.PublicUrl.Port, Cancellation);
        await using var stream = new SslStream(connection.GetStream());

        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = system.Trust, EnabledSslProtocols = protocol, ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] }, Cancellation);

        Assert.Equal((protocol, SslApplicationProtocol.Http2), (stream.SslProtocol, stream.NegotiatedApplicationProtocol));
    }

    private async Task<string> SendAsync(string text)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync("localhost", system.PublicUrl.Port, Cancellation);
        await using var stream = new SslStream(connection.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = system.Trust }, Cancellation);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text), Cancellation);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Cancellation);
    }
}
