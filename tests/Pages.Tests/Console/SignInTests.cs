using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace UserDomain.Pages.Tests.Console;

public sealed partial class SignInTests(RunningSystem system, Chromium chromium) : ConsoleTest(system, chromium)
{
    [Fact]
    public async Task An_administrator_signs_in_by_OpenID_Connect_with_a_pushed_request_and_comes_back_to_the_page_asked_for()
    {
        await Product.CreateUserAsync("ada-signs-in", roles: "administrator");
        var console = new ConsoleApp(await OpenAsync(), Product.PublicUrl);
        var asked = console.Page.WaitForRequestAsync("**/connect/authorize?**");

        await console.OpenAsync("/users?query=ada-signs-in");
        await console.Page.SignInAsync("ada-signs-in");

        await Expect(console.Rows).ToHaveCountAsync(1);
        Assert.Contains("&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3A", (await asked).Url, StringComparison.Ordinal);
        await console.Link("Dashboard").ClickAsync();
        await Expect(console.Heading).ToHaveTextAsync("Dashboard");
        await Expect(console.Card("Latest events")).ToContainTextAsync("ada-signs-in");
    }

    [Fact]
    public async Task SES_01_The_session_cookie_is_out_of_reach_of_scripts_and_no_token_ever_reaches_the_browser()
    {
        await Product.CreateUserAsync("ada-cookie", roles: "administrator");
        var console = await SignInAsync("ada-cookie");
        var kept = new List<string>();
        foreach (var path in (string[])["", "/users", "/sessions"])
        {
            kept.Add(await (await console.OpenAsync(path)).TextAsync());
            kept.Add(await console.Page.EvaluateAsync<string>("() => JSON.stringify([localStorage, sessionStorage, document.cookie])"));
        }

        var cookies = await console.Page.Context.CookiesAsync();
        Assert.All(cookies, cookie => Assert.True(cookie.HttpOnly, cookie.Name));
        Assert.Contains(cookies, cookie => cookie is { Name: "user-domain-console", SameSite: SameSiteAttribute.Lax });
        Assert.All(kept.Concat(cookies.Select(cookie => cookie.Value)), text => Assert.DoesNotMatch(JsonWebToken(), text));
    }

    [Fact]
    public async Task SES_01_Who_comes_back_signed_in_a_second_time_by_another_tab_begins_a_new_session()
    {
        await Product.CreateUserAsync("ada-two-tabs", roles: "administrator");
        var one = new ConsoleApp(await OpenAsync(), Product.PublicUrl);
        var other = new ConsoleApp(await one.Page.Context.NewPageAsync(), Product.PublicUrl);
        await one.OpenAsync();
        var asked = other.Page.WaitForRequestAsync("**/connect/authorize?**");
        await other.OpenAsync("/users");

        await one.Page.SignInAsync("ada-two-tabs");
        await Expect(one.Heading).ToHaveTextAsync("Dashboard");
        var first = await SessionAsync();
        await other.Page.GotoAsync((await asked).Url);
        await Expect(other.Heading).ToHaveTextAsync("Users");

        Assert.NotEqual(first, await SessionAsync());
        await one.OpenAsync();
        await Expect(one.Heading).ToHaveTextAsync("Dashboard");

        async Task<string> SessionAsync() => (await one.Page.Context.CookiesAsync()).Single(cookie => cookie.Name == "user-domain-console").Value;
    }

    [Fact]
    public async Task SES_04_Signing_out_ends_the_session_of_the_console_and_that_of_single_sign_on()
    {
        await Product.CreateUserAsync("ada-signs-out", roles: "administrator");
        var console = await SignInAsync("ada-signs-out");
        var cookies = await console.Page.Context.CookiesAsync();

        await console.SignOutAsync();
        await Expect(console.Heading).ToHaveTextAsync("Signed out");

        await AssertSignedOutAsync(console);
        await console.Page.Context.AddCookiesAsync(cookies.Select(cookie => new Cookie { Name = cookie.Name, Value = cookie.Value, Domain = cookie.Domain, Path = cookie.Path }));
        await AssertSignedOutAsync(console);
    }

    [Fact]
    public async Task Somebody_without_an_administrative_role_is_told_so_and_can_go_to_their_account_or_sign_out()
    {
        await Product.CreateUserAsync("carl-no-role");
        var console = new ConsoleApp(await OpenAsync(), Product.PublicUrl);
        await console.OpenAsync();
        var answer = await console.Page.RunAndWaitForResponseAsync(() => console.Page.SignInAsync("carl-no-role"), response => response.Url.EndsWith("/admin", StringComparison.Ordinal));

        Assert.Equal(403, answer.Status);
        await Expect(console.Heading).ToHaveTextAsync("This is for administrators");
        await Expect(console.Page.GetByRole(AriaRole.Navigation)).ToHaveCountAsync(0);
        await Expect(console.Page.Locator("main")).ToContainTextAsync("carl-no-role");
        await Expect(console.Page.Locator("main").GetByRole(AriaRole.Link, new() { Name = "Your account" })).ToHaveAttributeAsync("href", "/account");
        Assert.Equal(403, (await console.OpenAsync("/users")).Status);
        await console.Button("Sign out and use another account").ClickAsync();
        await Expect(console.Heading).ToHaveTextAsync("Signed out");
        await AssertSignedOutAsync(console);
    }

    private async Task AssertSignedOutAsync(ConsoleApp console)
    {
        await console.OpenAsync();
        await Expect(console.Page.Locator("#password")).ToBeVisibleAsync();
        await console.Page.GotoAsync(new Uri(Product.PublicUrl, "account").AbsoluteUri);
        await Expect(console.Page.Locator("#password")).ToBeVisibleAsync();
    }

    [GeneratedRegex(@"eyJ[\w-]{8,}\.")]
    private static partial Regex JsonWebToken();
}
