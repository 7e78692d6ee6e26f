using static Microsoft.Playwright.Assertions;

namespace UserDomain.Pages.Tests.Account;

/// <summary>A person chooses the language of the pages.</summary>
public sealed class LanguageTests(RunningSystem system, Chromium chromium) : AccountTest(system, chromium)
{
    [Fact]
    public async Task A_person_chooses_German_on_the_way_from_an_application_and_comes_back_to_it_without_script()
    {
        var page = await OpenAsync(new() { JavaScriptEnabled = false, Locale = "en-GB" });
        await page.GotoAsync(await AuthorizeUrlAsync(("ui_locales", "en"), ("prompt", "consent")));
        await Expect(page.Locator("#language-en")).ToHaveAttributeAsync("aria-current", "true");

        await page.GetByRole(AriaRole.Link, new() { Name = "Deutsch" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Anmelden");
        await page.SignInAsync(await SomebodyAsync());

        await page.ArriveAsync("/account/consent");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^Darf .* Ihr Konto verwenden\\?$"));
        await Expect(page.Locator("#language-de")).ToHaveAttributeAsync("aria-current", "true");
        var back = await page.RunAndWaitForRequestAsync(page.ConsentAsync, request => request.Url.StartsWith(WebVisitor.RedirectUri, StringComparison.Ordinal));
        Assert.Contains("code=", back.Url, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sign-in-refused", "/account/sign-in")]
    [InlineData("reset-password-refused", "/account/reset-password")]
    [InlineData("device-question", "/connect/verify")]
    [InlineData("error", "/connect/authorize")]
    [InlineData("signed-out", "/account/signed-out")]
    public async Task A_choice_shows_the_same_page_again(string name, string address)
    {
        var page = await OpenAsync();
        await GoToAsync(page, name);
        var fields = await page.Locator("main input:not([type=hidden])").CountAsync();
        var buttons = await page.Locator("main button").CountAsync();

        await page.Locator("#language-de").ClickAsync();

        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "de");
        await page.ArriveAsync(address);
        await Expect(page.Locator("main input:not([type=hidden])")).ToHaveCountAsync(fields);
        await Expect(page.Locator("main button")).ToHaveCountAsync(buttons);
    }

    [Fact]
    public async Task The_menu_comes_last_on_the_keyboard_and_shows_where_it_is()
    {
        var page = await OpenAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        await GoToAsync(page, "sign-in");
        await page.Locator("#sign-in").FocusAsync();

        foreach (var id in new[] { "#language-en", "#language-de" })
        {
            await page.Keyboard.PressAsync("Tab");
            await Expect(page.Locator(id)).ToBeFocusedAsync();
            Assert.Equal("", await page.EvaluateAsync<string>(Keyboard.Unmarked));
        }

        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "de");
    }
}
