using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using UserDomain.ServiceDefaults.Hosting;
using UserDomain.ServiceDefaults.Outgoing;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Outgoing;

/// <summary>OUT-01: calls to addresses others have given us reach nothing that is ours alone.</summary>
public sealed class OutgoingClientTests
{
    private static readonly RequestDelegate Hello = context => context.Response.WriteAsync("hello");

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("172.32.0.1", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("64:ff9b::808:808", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.1.2.3", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("192.0.0.8", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("198.18.0.1", false)]
    [InlineData("203.0.113.7", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::127.0.0.1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:169.254.169.254", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("64:ff9b:1::1", false)]
    [InlineData("2001::1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fd12:3456::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fec0::1", false)]
    [InlineData("ff02::1", false)]
    public void An_address_is_public_or_it_is_not(string address, bool isPublic) => Assert.Equal(isPublic, PublicAddress.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("2130706433")]
    [InlineData("0x7f.1")]
    [InlineData("localhost")]
    [InlineData("LOCALHOST.")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("0.0.0.0")]
    public async Task A_host_of_this_machine_is_not_called_however_it_is_written(string host)
    {
        await using var server = await LocalServer.StartAsync(Hello);
        using var client = Client("");

        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(client, new($"http://{host}:{server.Url.Port}/")));
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(client, new($"https://{host}:{server.Url.Port}/")));

        Assert.Equal(0, server.Asked);
    }

    [Fact]
    public async Task A_private_host_is_called_by_the_one_name_the_operator_allows()
    {
        await using var server = await LocalServer.StartAsync(Hello);
        using var client = Client("other.example.test, localhost");

        Assert.Equal("hello", await GetAsync(client, server.Url));
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(client, server.UrlByAddress));
    }

    [Theory]
    [InlineData("http://example.test/", "http://localhost:1/")]
    [InlineData("http://localhost:2/", "https://id.example.test/")]
    [InlineData("ftp://localhost/", "http://localhost:1/")]
    [InlineData("file:///etc/passwd", "http://localhost:1/")]
    [InlineData("https://user:password@example.test/", "http://localhost:1/")]
    public async Task What_is_not_https_is_not_called(string url, string publicUrl)
    {
        using var client = Client("localhost, example.test", publicUrl: publicUrl);

        await Assert.ThrowsAnyAsync<Exception>(() => GetAsync(client, new(url)));
        Assert.False(OutgoingRule.Allows(new(url), Settings("", publicUrl)));
    }

    [Fact]
    public async Task A_redirect_is_an_answer_and_not_followed()
    {
        await using var inside = await LocalServer.StartAsync(Hello);
        await using var server = await LocalServer.StartAsync(context =>
        {
            context.Response.Redirect(inside.Url.AbsoluteUri);
            return Task.CompletedTask;
        });
        using var client = Client("localhost");

        using var answer = await client.GetAsync(server.Url, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.Redirect, 0), (answer.StatusCode, inside.Asked));
    }

    [Fact]
    public async Task What_is_too_long_or_too_slow_is_given_up()
    {
        await using var large = await LocalServer.StartAsync(context => context.Response.Body.WriteAsync(new byte[OutgoingClient.MaxAnswerBytes + 1]).AsTask());
        await using var slow = await LocalServer.StartAsync(context => Task.Delay(TimeSpan.FromSeconds(30), context.RequestAborted));
        using var client = Client("localhost");

        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(client, large.Url));
        var start = TimeProvider.System.GetTimestamp();
        await Assert.ThrowsAsync<TaskCanceledException>(() => GetAsync(client, slow.Url));
        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 2, 10);
    }

    [Fact]
    public async Task A_certificate_is_believed_if_the_operator_names_it_and_its_name_fits()
    {
        using var folder = new TestFolder();
        using var certificate = Certificate("localhost");
        using var elsewhere = Certificate("elsewhere.example.test");
        var file = Path.Combine(folder.Path, "trusted.pem");
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem() + "\n" + elsewhere.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await using var server = await LocalServer.StartAsync(Hello, certificate);
        await using var misnamed = await LocalServer.StartAsync(Hello, elsewhere);
        using var trusting = Client("localhost", file);
        using var usual = Client("localhost");

        Assert.Equal("hello", await GetAsync(trusting, server.Url));
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(usual, server.Url));
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(trusting, misnamed.Url));
        Assert.Equal((1, 0), (server.Asked, misnamed.Asked));
    }

    [Theory]
    [InlineData("AllowedPrivateHosts", "10.0.0.0/8")]
    [InlineData("AllowedPrivateHosts", "https://localhost")]
    [InlineData("TrustedCertificatesFile", "/nowhere/at/all.pem")]
    public void A_setting_that_says_nothing_keeps_the_program_from_starting(string name, string value) =>
        Assert.Contains(name, Assert.Throws<StartupException>(() => Settings("", more: new() { [$"UserDomain:Outgoing:{name}"] = value })).Message, StringComparison.Ordinal);

    private static Task<string> GetAsync(HttpClient client, Uri url) => client.GetStringAsync(url, TestContext.Current.CancellationToken);

    private static X509Certificate2 Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
    }

    private static UserDomainSettings Settings(string allowed, string publicUrl = "http://localhost:1/", Dictionary<string, string?>? more = null) =>
        UserDomainSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(more ?? [])
        {
            ["UserDomain:PublicUrl"] = publicUrl,
            ["UserDomain:Outgoing:AllowedPrivateHosts"] = more?.GetValueOrDefault("UserDomain:Outgoing:AllowedPrivateHosts") ?? allowed,
        }).Build());

    private static HttpClient Client(string allowed, string? certificates = null, string publicUrl = "http://localhost:1/")
    {
        var services = new ServiceCollection();
        services.AddSingleton(Settings(allowed, publicUrl, certificates is null ? null : new() { ["UserDomain:Outgoing:TrustedCertificatesFile"] = certificates }));
        services.AddOutgoing();
        return services.BuildServiceProvider().GetRequiredService<IHttpClientFactory>().CreateClient(OutgoingClient.Name);
    }
}
