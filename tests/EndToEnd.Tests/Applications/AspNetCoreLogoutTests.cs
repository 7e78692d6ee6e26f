using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using UserDomain.Contracts;

namespace UserDomain.EndToEnd.Tests.Applications;

/// <summary>A web application built with ASP.NET Core's OpenID Connect handler that keeps its sessions by itself and is told when one was closed (SES-04).</summary>
public sealed class AspNetCoreLogoutTests(RunningSystem system, Chromium chromium)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SES_04_A_session_an_administrator_closes_ends_at_the_application()
    {
        var user = await system.CreateUserAsync("bert-told");
        var known = new OpenIdConnectOptions();
        await using var app = Build(options => (options.ClientId, options.ClientSecret) = (known.ClientId, known.ClientSecret));
        var origin = await app.StartHereAsync();
        (known.ClientId, known.ClientSecret) = await system.RegisterClientAsync(new
        {
            type = "web",
            redirectUris = new[] { $"{origin}signin-oidc" },
            backchannelLogoutUri = $"{origin}backchannel-logout",
            backchannelLogoutSessionRequired = true,
        });
        var page = await chromium.OpenAsync();
        await page.GotoAsync(origin.AbsoluteUri);
        await page.SignInAsync("bert-told");
        Assert.Equal(user.ToString(), (await page.ShownAtAsync(origin.AbsoluteUri)).Text("subject"));

        using var administrator = await system.ClientWithAsync([Scopes.SessionsWrite]);
        var since = Stopwatch.GetTimestamp();
        await administrator.DeleteAsync(new Uri($"api/v1/sessions?user={user}", UriKind.Relative), Cancellation).BodyAsync();
        var tickets = app.Services.GetRequiredService<SessionTickets>();
        while (tickets.Count > 0)
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(5), "The application was not told.");
            await Task.Delay(20, Cancellation);
        }

        TestContext.Current.SendDiagnosticMessage($"ended after {Stopwatch.GetElapsedTime(since).TotalMilliseconds:0} ms");
        await page.GotoAsync(origin.AbsoluteUri);
        await page.ArriveAsync("/account/sign-in");
    }

    [Fact]
    public async Task TOK_07_The_application_takes_no_ID_token_for_a_logout_token()
    {
        await using var app = Build(options => (options.ClientId, options.ClientSecret) = ("nobody", "nothing"));
        var origin = await app.StartHereAsync();
        using var visitor = await system.VisitorAsync();
        await system.CreateUserAsync("bert-sends");
        var tokens = await visitor.SignInAsync("bert-sends", RunningSystem.Password);
        using var http = new HttpClient();

        using var answer = await http.PostAsync(new Uri(origin, "backchannel-logout"), new FormUrlEncodedContent([new("logout_token", tokens.IdToken)]), Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private WebApplication Build(Action<OpenIdConnectOptions> identify)
    {
        var builder = LocalApplication.CreateBuilder();
        builder.Services.AddAuthorization();
        builder.Services.AddSingleton<SessionTickets>();
        builder.Services.AddOptions<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme)
            .Configure<SessionTickets>((cookie, tickets) => cookie.SessionStore = tickets);
        builder.Services.AddAuthentication(options => (options.DefaultScheme, options.DefaultChallengeScheme) = (CookieAuthenticationDefaults.AuthenticationScheme, OpenIdConnectDefaults.AuthenticationScheme))
            .AddCookie()
            .AddOpenIdConnect(options =>
            {
                identify(options);
                options.Authority = system.PublicUrl.AbsoluteUri;
                options.RequireHttpsMetadata = false;
                options.ResponseType = "code";
                options.MapInboundClaims = false;

                // Chromium keeps cookies for https from the host localhost as well, and only those come along with a post from another site.
                options.CorrelationCookie.SecurePolicy = options.NonceCookie.SecurePolicy = CookieSecurePolicy.Always;
            });
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapBackchannelLogout("/backchannel-logout");
        app.MapGet("/", (HttpContext context) => new { subject = context.User.FindFirst("sub")?.Value }).RequireAuthorization();
        return app;
    }
}
