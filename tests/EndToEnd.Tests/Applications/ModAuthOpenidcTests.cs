using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;

namespace UserDomain.EndToEnd.Tests.Applications;

/// <summary>An application that knows nothing of OpenID Connect, behind Apache with mod_auth_openidc.</summary>
public sealed class ModAuthOpenidcTests(RunningSystem system, Chromium chromium)
{
    [Fact]
    public async Task An_application_behind_Apache_is_told_who_signed_in_until_they_sign_out()
    {
        var userId = await system.CreateUserAsync("mona-apache");
        await using var behind = await StartBehindAsync();
        using var folder = new TestFolder();
        var (origin, apache) = await StartApacheAsync(folder, behind);
        await using var _ = apache;
        var page = await chromium.OpenAsync();

        await page.GotoAsync($"{origin}private");
        await page.SignInAsync("mona-apache");
        var signedIn = await page.ShownAtAsync($"{origin}private");
        Assert.Equal(userId.ToString(), signedIn.Text("subject"));
        Assert.Equal("mona-apache@example.test", signedIn.Text("email"));

        await page.GotoAsync($"{origin}private/callback?logout={Uri.EscapeDataString($"{origin}signed-out")}");
        Assert.True((await page.ShownAtAsync($"{origin}signed-out")).GetProperty("signedOut").GetBoolean());
        await page.GotoAsync($"{origin}private");
        await page.ArriveAsync("/account/sign-in");
    }

    [Fact]
    public async Task SES_04_A_session_an_administrator_closes_ends_behind_Apache()
    {
        var userId = await system.CreateUserAsync("mona-told");
        await using var behind = await StartBehindAsync();
        using var folder = new TestFolder();
        var (origin, apache) = await StartApacheAsync(folder, behind);
        await using var _ = apache;
        var page = await chromium.OpenAsync();
        await page.GotoAsync($"{origin}private");
        await page.SignInAsync("mona-told");
        await page.ShownAtAsync($"{origin}private");

        using var administrator = await system.ClientWithAsync([Scopes.SessionsWrite]);
        var since = Stopwatch.GetTimestamp();
        await administrator.DeleteAsync(new Uri($"api/v1/sessions?user={userId}", UriKind.Relative), TestContext.Current.CancellationToken).BodyAsync();

        // Until Apache is told it goes by its own session, and asks nobody.
        do
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(8), "Apache was not told.");
            await page.GotoAsync($"{origin}private");
        }
        while (new Uri(page.Url).AbsolutePath == "/private");

        TestContext.Current.SendDiagnosticMessage($"ended after {Stopwatch.GetElapsedTime(since).TotalMilliseconds:0} ms");
        await page.ArriveAsync("/account/sign-in");

        // And has said so: nobody tries again.
        while (await system.InStoreAsync(store => store.LogoutNotices.AnyAsync(notice => notice.Subject == userId.ToString(), TestContext.Current.CancellationToken)))
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(15), "Apache has not said that it was told.");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<WebApplication> StartBehindAsync()
    {
        var app = LocalApplication.CreateBuilder().Build();
        app.MapGet("/private", (HttpRequest request) => new { subject = $"{request.Headers["OIDC_CLAIM_sub"]}", email = $"{request.Headers["OIDC_CLAIM_email"]}" });
        app.MapGet("/signed-out", () => new { signedOut = true });
        app.MapGet("/health/ready", () => Results.Ok());
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private async Task<(Uri Origin, ProgramProcess Apache)> StartApacheAsync(TestFolder folder, WebApplication behind)
    {
        var origin = new Uri($"http://localhost:{ProgramProcess.FreePort()}/");
        var (clientId, clientSecret) = await system.RegisterClientAsync(new
        {
            type = "web",
            redirectUris = new[] { $"{origin}private/callback" },
            postLogoutRedirectUris = new[] { $"{origin}signed-out" },
            backchannelLogoutUri = $"{origin}private/callback?logout=backchannel",
            backchannelLogoutSessionRequired = true,
        });
        await File.WriteAllTextAsync(folder["apache.conf"], Configuration(folder, origin, new(behind.Urls.Single()), clientId, clientSecret!), TestContext.Current.CancellationToken);
        var apache = new ProgramProcess("/usr/sbin/apache2", folder.Path, [], "-f", folder["apache.conf"], "-DFOREGROUND");
        await apache.ReadyAsync(origin);
        return (origin, apache);
    }

    // Its processes run as somebody else, who sees neither the environment nor what is ours.
    private static string Authorities(TestFolder folder)
    {
        if (Environment.GetEnvironmentVariable("SSL_CERT_FILE") is not { } file)
        {
            return "";
        }

        File.WriteAllText(folder["authorities.pem"], File.ReadAllText(file));
        File.SetUnixFileMode(folder["authorities.pem"], File.GetUnixFileMode(folder["authorities.pem"]) | UnixFileMode.OtherRead);
        File.SetUnixFileMode(folder.Path, File.GetUnixFileMode(folder.Path) | UnixFileMode.OtherExecute);
        return $"OIDCCABundlePath {folder["authorities.pem"]}";
    }

    private string Configuration(TestFolder folder, Uri origin, Uri behind, string clientId, string clientSecret)
    {
        string[] modules = ["mpm_event", "authn_core", "authz_core", "authz_user", "proxy", "proxy_http", "auth_openidc"];
        return $"""
            {string.Join('\n', modules.Select(module => $"LoadModule {module}_module /usr/lib/apache2/modules/mod_{module}.so"))}
            ServerName {origin.Host}
            Listen 127.0.0.1:{origin.Port}
            DefaultRuntimeDir {folder.Path}
            PidFile apache.pid
            ErrorLog /dev/stderr
            User www-data
            Group www-data

            OIDCProviderMetadataURL {system.PublicUrl}.well-known/openid-configuration
            OIDCClientID {clientId}
            OIDCClientSecret {clientSecret}
            OIDCScope "openid profile email"
            OIDCPKCEMethod S256
            OIDCRedirectURI {origin}private/callback
            OIDCCryptoPassphrase {RandomNumberGenerator.GetHexString(32)}
            {Authorities(folder)}

            # What the module has dealt with goes on to the application otherwise, which knows no such page and says so in its place.
            ProxyPass /private/callback !
            ProxyPass / {behind}
            <Location /private>
              AuthType openid-connect
              Require valid-user
            </Location>
            """;
    }
}
