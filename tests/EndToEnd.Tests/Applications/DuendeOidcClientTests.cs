using Duende.IdentityModel.Client;
using Duende.IdentityModel.OidcClient;
using IBrowser = Duende.IdentityModel.OidcClient.Browser.IBrowser;

namespace UserDomain.EndToEnd.Tests.Applications;

/// <summary>A native application built with Duende.IdentityModel.OidcClient: public, with a loopback address of any port.</summary>
public sealed class DuendeOidcClientTests(RunningSystem system, Chromium chromium)
{
    private static readonly Uri AnyPort = new("http://127.0.0.1/");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_native_application_signs_in_calls_an_API_refreshes_and_signs_out()
    {
        await system.CreateUserAsync("dora-native");
        var (clientId, _) = await system.RegisterAsync("native", AnyPort, AnyPort, "profile:self");
        var page = await chromium.OpenAsync();
        await using var listener = await LoopbackListener.StartAsync();
        var client = new OidcClient(new()
        {
            Authority = system.PublicUrl.AbsoluteUri,
            ClientId = clientId,
            RedirectUri = listener.Url.AbsoluteUri,
            Scope = "openid profile email offline_access profile:self",
            Browser = new PersonsBrowser(page, listener, () => page.SignInAsync("dora-native")),
            // The trailing slash is part of our issuer; this library takes it off before it compares.
            Policy = new() { Discovery = new() { RequireHttps = false, ValidateIssuerName = false } },
        });

        var signedIn = await client.LoginAsync(cancellationToken: Cancellation);
        Assert.Null(signedIn.Error);
        Assert.Equal("dora-native@example.test", signedIn.User.FindFirst("email")?.Value);
        Assert.Equal("dora-native", await system.WhoAmIAsync(signedIn.AccessToken));

        var refreshed = await client.RefreshTokenAsync(signedIn.RefreshToken, cancellationToken: Cancellation);
        Assert.Null(refreshed.Error);
        Assert.NotEqual(signedIn.RefreshToken, refreshed.RefreshToken);
        Assert.Equal("dora-native", await system.WhoAmIAsync(refreshed.AccessToken));

        await using var end = await LoopbackListener.StartAsync();
        client.Options.PostLogoutRedirectUri = end.Url.AbsoluteUri;
        client.Options.Browser = new PersonsBrowser(page, end, () => Task.CompletedTask);
        var signedOut = await client.LogoutAsync(new() { IdTokenHint = refreshed.IdentityToken ?? signedIn.IdentityToken }, Cancellation);
        Assert.Null(signedOut.Error);
        Assert.Equal("invalid_grant", (await client.RefreshTokenAsync(refreshed.RefreshToken, cancellationToken: Cancellation)).Error);
    }

    [Fact]
    public async Task A_native_application_calls_an_API_with_a_token_that_is_bound_to_its_key()
    {
        await system.CreateUserAsync("dora-bound");
        var (clientId, _) = await system.RegisterClientAsync(new { type = "native", senderConstraint = "dpop", redirectUris = new[] { AnyPort } });
        var page = await chromium.OpenAsync();
        using var key = DpopKey.Create();
        using var binding = new DpopHandler(key);
        await using var listener = await LoopbackListener.StartAsync();
        var client = new OidcClient(new()
        {
            Authority = system.PublicUrl.AbsoluteUri,
            ClientId = clientId,
            RedirectUri = listener.Url.AbsoluteUri,
            Scope = "openid profile email offline_access profile:self",
            Browser = new PersonsBrowser(page, listener, () => page.SignInAsync("dora-bound")),
            BackchannelHandler = binding,
            Policy = new() { Discovery = new() { RequireHttps = false, ValidateIssuerName = false } },
        });

        var signedIn = await client.LoginAsync(cancellationToken: Cancellation);
        Assert.Null(signedIn.Error);
        Assert.Equal("DPoP", signedIn.TokenResponse.TokenType);
        Assert.Equal("dora-bound@example.test", signedIn.User.FindFirst("email")?.Value);
        var refreshed = await client.RefreshTokenAsync(signedIn.RefreshToken, cancellationToken: Cancellation);
        Assert.Null(refreshed.Error);

        using var withKey = new HttpClient(binding, disposeHandler: false);
        withKey.SetBearerToken(refreshed.AccessToken);
        var me = await withKey.GetAsync(new Uri(system.PublicUrl, "api/v1/me"), Cancellation).BodyAsync();
        Assert.Equal("dora-bound", me.Text("userName"));

        using var withoutKey = system.Anonymous();
        withoutKey.SetBearerToken(refreshed.AccessToken);
        using var refused = await withoutKey.GetAsync(new Uri("api/v1/me", UriKind.Relative), Cancellation);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    private sealed class PersonsBrowser(IPage page, LoopbackListener listener, Func<Task> act) : IBrowser
    {
        public async Task<Duende.IdentityModel.OidcClient.Browser.BrowserResult> InvokeAsync(
            Duende.IdentityModel.OidcClient.Browser.BrowserOptions options, CancellationToken cancellationToken = default)
        {
            await page.GotoAsync(options.StartUrl);
            await act();
            return new() { Response = (await listener.AnswerAsync()).Query, ResultType = Duende.IdentityModel.OidcClient.Browser.BrowserResultType.Success };
        }
    }
}
