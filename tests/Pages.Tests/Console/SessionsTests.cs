using System.Net;
using static Microsoft.Playwright.Assertions;

namespace UserDomain.Pages.Tests.Console;

public sealed class SessionsTests(RunningSystem system, Chromium chromium) : ConsoleTest(system, chromium)
{
    [Fact]
    public async Task A_session_that_is_closed_ends_at_the_applications_and_at_single_sign_on()
    {
        var user = await Product.CreateUserAsync("sara-closed");
        using var visitor = await Product.VisitorAsync("offline_access");
        var tokens = await visitor.SignInAsync("sara-closed", RunningSystem.Password);
        var console = await ConsoleAsync();

        await console.OpenAsync($"/users/{user}");
        var sessions = console.Card("Open sessions").Locator("tbody tr");
        await Expect(sessions).ToHaveCountAsync(1);
        await Expect(sessions).ToContainTextAsync(visitor.ClientId);
        await sessions.GetByRole(AriaRole.Button).ClickAsync();

        await Expect(console.Notice).ToContainTextAsync("The session was closed");
        await Expect(console.Card("Open sessions")).ToContainTextAsync("signed in nowhere");
        var refusal = await visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!)).BodyAsync(HttpStatusCode.BadRequest);
        Assert.Equal("invalid_grant", refusal.Text("error"));
        using var silent = await visitor.Http.GetAsync(visitor.AuthorizeUrl(("prompt", "none")), TestContext.Current.CancellationToken);
        Assert.Equal("login_required", WebVisitor.QueryOf(silent)["error"]);
    }

    [Fact]
    public async Task All_sessions_of_a_user_are_closed_at_once_and_stay_listed_as_closed()
    {
        var user = await Product.CreateUserAsync("sven-everywhere");
        using var first = await Product.VisitorAsync();
        using var second = await Product.VisitorAsync();
        await first.SignInAsync("sven-everywhere", RunningSystem.Password);
        await second.SignInAsync("sven-everywhere", RunningSystem.Password);
        var console = await ConsoleAsync();

        await console.OpenAsync($"/users/{user}/sessions");
        await Expect(console.Rows).ToHaveCountAsync(2);
        await console.Button("Close all sessions").ClickAsync();

        await Expect(console.Notice).ToHaveTextAsync("2 sessions were closed.");
        await Expect(console.Rows.GetByText("Closed", new() { Exact = true })).ToHaveCountAsync(2);
        await Expect(console.Rows.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_disabled_user_is_signed_out_and_kept_out_until_enabled_again()
    {
        var user = await Product.CreateUserAsync("dina-disabled");
        var dina = await OpenAsync();
        await dina.GotoAsync(new Uri(Product.PublicUrl, "account").AbsoluteUri);
        await dina.SignInAsync("dina-disabled");
        await Expect(dina.Locator("#sign-out")).ToBeVisibleAsync();
        var console = await ConsoleAsync();

        await console.OpenAsync($"/users/{user}");
        await console.Button("Disable").ClickAsync();
        await Expect(console.Notice).ToContainTextAsync("disabled and signed out everywhere");
        await dina.ReloadAsync();
        await dina.SignInAsync("dina-disabled");
        await Expect(dina.Locator("#sign-in-error")).ToBeVisibleAsync();
        await console.Button("Enable").ClickAsync();
        await Expect(console.Notice).ToContainTextAsync("may sign in again");
        await dina.SignInAsync("dina-disabled");
        await Expect(dina.Locator("#sign-out")).ToBeVisibleAsync();
    }
}
