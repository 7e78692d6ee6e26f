using static Microsoft.Playwright.Assertions;

namespace UserDomain.Pages.Tests.Account;

public sealed class WordsTests(RunningSystem system, Chromium chromium) : AccountTest(system, chromium)
{
    private const string Script = "\"><img src=x onerror=\"alert(1)\"><script>alert(2)</script>'";

    [Fact]
    public async Task A_refused_sign_in_says_the_same_whether_there_is_such_an_account_or_not_and_keeps_the_name()
    {
        var name = await SomebodyAsync();
        var (known, unknown) = (await RefusalAsync(name), await RefusalAsync("nobody-of-that-name"));

        Assert.Equal(known, unknown);
        Assert.Contains("User name and password do not match", known, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TST_05_Markup_in_names_is_shown_as_text()
    {
        var name = await SomebodyAsync();
        await Product.InStoreAsync(store =>
        {
            store.Users.Single(user => user.UserName == name).DisplayName = Script;
            return store.SaveChangesAsync();
        });
        var page = await OpenAsync(new() { UserAgent = Script });
        page.Dialog += (_, dialog) => Assert.Fail($"A script ran: {dialog.Message}");

        await page.GotoAsync(UrlOf($"account/sign-in?returnUrl={Uri.EscapeDataString($"/account/x?{Script}")}&notice={Uri.EscapeDataString(Script)}"));
        await page.Locator("#username").FillAsync(Script);
        await page.Locator("#password").FillAsync("no password");
        await page.Locator("#sign-in").ClickAsync();
        await Expect(page.Locator("#username")).ToHaveValueAsync(Script);
        await page.SignInAsync(name);
        await page.GotoAsync(UrlOf("account"));
        await Expect(page.Locator("h1")).ToHaveTextAsync(Script);
        await page.GotoAsync(UrlOf("account/sign-out"));
        await Expect(page.Locator(".person-name")).ToHaveTextAsync(Script);
        await Expect(page.Locator("[onerror], script, img[src=x]")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Two_passwords_that_differ_change_nothing_and_the_field_says_so()
    {
        var page = await OpenAsync();
        await GoToAsync(page, "reset-password");
        await page.Locator("#password").FillAsync("heron-under-seven-bridges");
        await page.Locator("#password-confirmation").FillAsync("heron-under-eight-bridges");
        await page.Locator("#reset-password").ClickAsync();

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Nothing was saved");
        await Expect(page.Locator("#password-confirmation")).ToHaveAccessibleDescriptionAsync("Not the same as the password above.");
        await page.Locator("#password").FillAsync("heron-under-seven-bridges");
        await page.Locator("#password-confirmation").FillAsync("heron-under-seven-bridges");
        await page.Locator("#reset-password").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Your password is set");
    }

    private async Task<string> RefusalAsync(string name)
    {
        var page = await OpenAsync();
        await page.GotoAsync(UrlOf("account"));
        await page.SignInAsync(name, "not the password at all");
        var alert = page.Locator("#sign-in-error");
        await Expect(page.Locator("#username")).ToHaveValueAsync(name);
        return await alert.InnerTextAsync() is var text ? text.Replace(await alert.Locator("strong").InnerTextAsync(), "CODE", StringComparison.Ordinal) : "";
    }
}
