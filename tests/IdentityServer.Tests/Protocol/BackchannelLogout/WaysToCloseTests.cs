using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using UserDomain.IdentityServer.Tests.ClientApi;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.BackchannelLogout;

/// <summary>Whatever ends a session, its clients are told (SES-03, SES-04).</summary>
public sealed class WaysToCloseTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("signed out by the application")]
    [InlineData("signed out by the person")]
    [InlineData("closed by an administrator")]
    [InlineData("all of the user closed by an administrator")]
    [InlineData("user disabled")]
    [InlineData("user locked down")]
    [InlineData("user deleted")]
    [InlineData("password set")]
    [InlineData("replaced by somebody else")]
    public async Task SES_04_The_client_is_told_when_the_session_was(string way)
    {
        await using var application = await ToldApplication.StartAsync();
        using var visitor = await system.VisitorToldAtAsync(application.Url);
        var (user, tokens) = await system.SignInAsync(visitor);

        await CloseAsync(way, visitor, user, tokens);
        var told = Assert.Single(await application.ToldAsync());

        Assert.Equal((tokens.SessionId.ToString(), user.ToString()), (told.Session, Jwt.ClaimsOf(told.Token).Text("sub")));
    }

    [Fact]
    public async Task SES_04_The_browser_is_sent_back_at_once_and_the_application_is_told_within_a_second()
    {
        await using var application = await ToldApplication.StartAsync();
        application.Answer = context => Task.Delay(TimeSpan.FromSeconds(1), context.RequestAborted);
        using var visitor = await system.VisitorToldAtAsync(application.Url);
        var (_, tokens) = await system.SignInAsync(visitor);

        using var answer = await visitor.Http.GetAsync(LogoutUrl(tokens), Cancellation);
        var back = TimeProvider.System.GetUtcNow();
        var toldBefore = application.All.Count;
        var told = (await application.ToldAsync())[0];

        Assert.StartsWith(WebVisitor.PostLogoutRedirectUri, answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal("login_required", WebVisitor.QueryOf(await visitor.Http.GetAsync(visitor.AuthorizeUrl(("prompt", "none")), Cancellation))["error"]);
        TestContext.Current.SendDiagnosticMessage($"told {(told.At - back).TotalMilliseconds:0} ms after the browser was sent back, {toldBefore} before");

        // One on a machine that does nothing else.
        Assert.InRange((told.At - back).TotalSeconds, -1, 3);
    }

    private async Task CloseAsync(string way, WebVisitor visitor, Guid user, TokenAnswer tokens)
    {
        using var administrator = await system.ClientWithAsync(["sessions:write"]);
        using var people = await system.ClientWithAsync(["users:write"]);
        switch (way)
        {
            case "signed out by the application":
                using (var answer = await visitor.Http.GetAsync(LogoutUrl(tokens), Cancellation))
                {
                    Assert.Equal($"{WebVisitor.PostLogoutRedirectUri}?state=s1", answer.Headers.Location!.OriginalString);
                }

                break;
            case "signed out by the person":
                var page = await visitor.FollowAsync(await visitor.Http.GetAsync(new Uri("connect/logout", UriKind.Relative), Cancellation));
                Assert.Equal("/account/signed-out", (await visitor.SubmitAsync(page, [])).RequestMessage!.RequestUri!.AbsolutePath);
                break;
            case "closed by an administrator":
                await administrator.SendAsync("DELETE", $"sessions/{tokens.SessionId}").DoneAsync();
                break;
            case "all of the user closed by an administrator":
                await administrator.SendAsync("DELETE", $"sessions?user={user}").BodyAsync();
                break;
            case "user disabled":
                Assert.Equal(HttpStatusCode.OK, (await people.SendAsync("POST", $"users/{user}/disable")).StatusCode);
                break;
            case "user locked down":
                await people.SendAsync("POST", $"users/{user}/lock-down").BodyAsync();
                break;
            case "user deleted":
                await people.SendAsync("DELETE", $"users/{user}", headers: ("If-Match", "*")).DoneAsync();
                break;
            case "password set":
                var link = (await people.SendAsync("POST", $"users/{user}/password-reset").BodyAsync()).Text("url")!;
                var form = await visitor.FollowAsync(await visitor.Http.GetAsync(new Uri(link), Cancellation));
                await visitor.SubmitAsync(form, new() { ["password"] = "bright-harbour-under-moss-52", ["passwordConfirmation"] = "bright-harbour-under-moss-52" });
                break;
            default:
                await system.CreateUserAsync($"other-{user:n}");
                var signIn = await visitor.FollowAsync(await visitor.Http.GetAsync(visitor.AuthorizeUrl(("prompt", "login")), Cancellation));
                await visitor.SubmitAsync(signIn, new() { ["username"] = $"other-{user:n}", ["password"] = RunningSystem.Password });
                break;
        }
    }

    private static string LogoutUrl(TokenAnswer tokens) => QueryHelpers.AddQueryString("connect/logout", new Dictionary<string, string?>
    {
        ["id_token_hint"] = tokens.IdToken,
        ["post_logout_redirect_uri"] = WebVisitor.PostLogoutRedirectUri,
        ["state"] = "s1",
    });
}
