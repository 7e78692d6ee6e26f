using System.Diagnostics;
using System.Net.Security;

namespace UserDomain.AllInOne.Tests;

/// <summary>The published folder, as it is carried to a machine without .NET.</summary>
public sealed class PublishedTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_runs_from_any_folder_without_dotnet_and_serves_https_with_the_certificate_of_the_settings()
    {
        await PublishAsync();
        var certificate = new TestCertificate(_folder);
        var url = new Uri($"https://localhost:{ProgramProcess.FreePort()}/");

        // An empty environment: no path to a .NET there is on this machine.
        await using var program = new ProgramProcess("env", "/", [],
            ["-i", Path.Combine(_folder["app"], "UserDomain.AllInOne"), $"--UserDomain:PublicUrl={url}", $"--UserDomain:DataDirectory={_folder["data"]}", .. certificate.Settings]);
        await program.ReadToAsync("  started");
        using var client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new() { RemoteCertificateValidationCallback = (_, served, _, errors) => errors == SslPolicyErrors.None || served?.GetCertHashString() == certificate.Thumbprint },
        })
        { BaseAddress = url };

        using var ready = await client.GetAsync("health/ready", Cancellation);
        Assert.True(ready.IsSuccessStatusCode);
        Assert.Contains($"\"issuer\":\"{url}\"", await client.GetStringAsync(".well-known/openid-configuration", Cancellation), StringComparison.Ordinal);
        using var page = await client.GetAsync("account/sign-in", Cancellation);
        Assert.Contains(page.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("__Host-", StringComparison.Ordinal) && cookie.Contains("; secure", StringComparison.OrdinalIgnoreCase));
        using var german = new HttpRequestMessage(HttpMethod.Get, "account/sign-in") { Headers = { { "Accept-Language", "de" } } };
        using var spoken = await client.SendAsync(german, Cancellation);
        Assert.Contains(">Anmelden</h1>", await spoken.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Contains("--accent", await client.GetStringAsync("account/account.css", Cancellation), StringComparison.Ordinal);
        Assert.NotEmpty(await client.GetByteArrayAsync("admin/console/console.css", Cancellation));
    }

    private async Task PublishAsync()
    {
        using var publish = Process.Start(new ProcessStartInfo("dotnet",
            ["publish", "src/AllInOne", "-c", "Release", "-r", "linux-x64", "--self-contained", "-o", _folder["app"], "--nologo", "-v", "quiet", "-p:RunAnalyzers=false"])
        {
            WorkingDirectory = Repository.PathOf("."),
            RedirectStandardOutput = true,
        })!;
        var output = await publish.StandardOutput.ReadToEndAsync(Cancellation);
        await publish.WaitForExitAsync(Cancellation);
        Assert.True(publish.ExitCode == 0, output);
    }
}
