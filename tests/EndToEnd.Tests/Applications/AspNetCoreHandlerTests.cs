using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;

namespace UserDomain.EndToEnd.Tests.Applications;

/// <summary>A web application built with ASP.NET Core's OpenID Connect handler, as its templates make it: answers come by form post.</summary>
public sealed class AspNetCoreHandlerTests(RunningSystem system, Chromium chromium)
{
    [Theory]
    [InlineData(PushedAuthorizationBehavior.Disable)]
    [InlineData(PushedAuthorizationBehavior.UseIfAvailable)]
    [InlineData(PushedAuthorizationBehavior.Require)]
    public async Task A_web_application_signs_in_calls_an_API_refreshes_and_signs_out_also_if_it_pushes_what_it_asks_for(PushedAuthorizationBehavior pushing)
    {
        var user = $"anna-{pushing}".ToLowerInvariant();
        await system.CreateUserAsync(user);
        var application = new OpenIdConnectOptions();
        await using var app = Build(options => (options.ClientId, options.ClientSecret, options.PushedAuthorizationBehavior) = (application.ClientId, application.ClientSecret, pushing));
        var origin = await app.StartHereAsync();
        (application.ClientId, application.ClientSecret) = await system.RegisterClientAsync(new
        {
            type = "web",
            requirePar = pushing == PushedAuthorizationBehavior.Require,
            redirectUris = new[] { $"{origin}signin-oidc" },
            postLogoutRedirectUris = new[] { $"{origin}signout-callback-oidc" },
        });
        var page = await chromium.OpenAsync();

        await page.GotoAsync(origin.AbsoluteUri);
        await page.SignInAsync(user);
        var signedIn = await page.ShownAtAsync(origin.AbsoluteUri);
        Assert.Equal($"{user}@example.test", signedIn.Text("email"));
        Assert.Equal(user, signedIn.Text("me"));

        await page.GotoAsync($"{origin}refresh");
        var refreshed = await page.ShownAtAsync($"{origin}refresh");
        Assert.Equal(user, refreshed.Text("me"));
        Assert.NotEqual(signedIn.Text("refreshToken"), refreshed.Text("refreshToken"));

        await page.GotoAsync($"{origin}sign-out");
        Assert.True((await page.ShownAtAsync($"{origin}signed-out")).GetProperty("signedOut").GetBoolean());
        await page.GotoAsync(origin.AbsoluteUri);
        await page.ArriveAsync("/account/sign-in");
    }

    private WebApplication Build(Action<OpenIdConnectOptions> identify)
    {
        var builder = LocalApplication.CreateBuilder();
        builder.Services.AddAuthorization();
        builder.Services.AddAuthentication(options => (options.DefaultScheme, options.DefaultChallengeScheme) = (CookieAuthenticationDefaults.AuthenticationScheme, OpenIdConnectDefaults.AuthenticationScheme))
            .AddCookie()
            .AddOpenIdConnect(options =>
            {
                identify(options);
                options.Authority = system.PublicUrl.AbsoluteUri;
                options.RequireHttpsMetadata = false;
                options.ResponseType = "code";
                options.SaveTokens = true;
                options.GetClaimsFromUserInfoEndpoint = true;
                options.MapInboundClaims = false;
                options.SignedOutRedirectUri = "/signed-out";
                foreach (var scope in (string[])["email", "offline_access", "profile:self"])
                {
                    options.Scope.Add(scope);
                }

                // Chromium keeps cookies for https from the host localhost as well, and only those come along with a post from another site.
                options.CorrelationCookie.SecurePolicy = options.NonceCookie.SecurePolicy = CookieSecurePolicy.Always;
            });
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        // By its type alone it would also pass for a RequestDelegate, whose result nobody writes.
        app.MapGet("/", (Delegate)WhoIsAsync).RequireAuthorization();
        app.MapGet("/refresh", RefreshAsync).RequireAuthorization();
        app.MapGet("/sign-out", () => Results.SignOut(authenticationSchemes: [CookieAuthenticationDefaults.AuthenticationScheme, OpenIdConnectDefaults.AuthenticationScheme]));
        app.MapGet("/signed-out", () => Results.Json(new { signedOut = true }));
        return app;
    }

    private async Task<IResult> WhoIsAsync(HttpContext context) => Results.Json(new
    {
        email = context.User.FindFirst("email")?.Value,
        me = await system.WhoAmIAsync((await context.GetTokenAsync("access_token"))!),
        refreshToken = await context.GetTokenAsync("refresh_token"),
    });

    private async Task<IResult> RefreshAsync(HttpContext context, Microsoft.Extensions.Options.IOptionsMonitor<OpenIdConnectOptions> options)
    {
        var application = options.Get(OpenIdConnectDefaults.AuthenticationScheme);
        using var answer = await application.Backchannel.PostAsync(new Uri(system.PublicUrl, "connect/token"), new FormUrlEncodedContent(
        [
            new("grant_type", "refresh_token"), new("refresh_token", await context.GetTokenAsync("refresh_token")),
            new("client_id", application.ClientId), new("client_secret", application.ClientSecret),
        ]));
        var tokens = (await answer.Content.ReadFromJsonAsync<TokenAnswer>())!;
        return Results.Json(new { me = await system.WhoAmIAsync(tokens.AccessToken), refreshToken = tokens.RefreshToken });
    }
}
