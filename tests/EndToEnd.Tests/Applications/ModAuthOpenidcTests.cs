using System.Security.Cryptography;

namespace UserDomain.EndToEnd.Tests.Applications;

/// <summary>An application that knows nothing of OpenID Connect, behind Apache with mod_auth_openidc.</summary>
public sealed class ModAuthOpenidcTests(RunningSystem system, Chromium chromium)
{
    [Fact]
    public async Task An_application_behind_Apache_is_told_who_signed_in_until_they_sign_out()
    {
        var userId = await system.CreateUserAsync("mona-apache");
        await using var app = LocalApplication.CreateBuilder().Build();
        app.MapGet("/private", (HttpRequest request) => new { subject = $"{request.Headers["OIDC_CLAIM_sub"]}", email = $"{request.Headers["OIDC_CLAIM_email"]}" });
        app.MapGet("/signed-out", () => new { signedOut = true });
        app.MapGet("/health/ready", () => Results.Ok());
        var behind = await app.StartHereAsync();
        var origin = new Uri($"http://localhost:{ProgramProcess.FreePort()}/");
        var (clientId, clientSecret) = await system.RegisterAsync("web", new(origin, "private/callback"), new(origin, "signed-out"));
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder["apache.conf"], Configuration(folder, origin, behind, clientId, clientSecret!), TestContext.Current.CancellationToken);
        await using var apache = new ProgramProcess("/usr/sbin/apache2", folder.Path, [], "-f", folder["apache.conf"], "-DFOREGROUND");
        await apache.ReadyAsync(origin);
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

            ProxyPass / {behind}
            <Location /private>
              AuthType openid-connect
              Require valid-user
            </Location>
            """;
    }
}
