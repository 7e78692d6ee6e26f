using System.Text.RegularExpressions;

namespace UserDomain.Browsing;

/// <summary>The account pages as a person uses them, by the ids that are part of the public contract.</summary>
public static class SignInPages
{
    /// <summary>Waits until the browser is at an address, whatever its query.</summary>
    /// <param name="page">The browser.</param>
    /// <param name="address">The address, or its end from a slash on.</param>
    /// <remarks>Playwright's own <c>WaitForURLAsync</c> waits for the end of loading as well, and for ever when that came between its look and its wait.</remarks>
    public static Task ArriveAsync(this IPage page, string address) =>
        Assertions.Expect(page).ToHaveURLAsync(new Regex($@"^[^?#]*{Regex.Escape(address)}([?#].*)?$"));

    /// <summary>Types name and password and goes on.</summary>
    public static async Task SignInAsync(this IPage page, string userName, string password = RunningSystem.Password)
    {
        await page.ArriveAsync("/account/sign-in");
        await page.Locator("#username").FillAsync(userName);
        await page.Locator("#password").FillAsync(password);
        await page.Locator("#sign-in").ClickAsync();
    }

    /// <summary>Allows what the application asks for.</summary>
    public static async Task ConsentAsync(this IPage page)
    {
        await page.ArriveAsync("/account/consent");
        await page.Locator("#consent-allow").ClickAsync();
    }

    /// <summary>Confirms that one wants to sign out.</summary>
    public static async Task ConfirmSignOutAsync(this IPage page)
    {
        await page.ArriveAsync("/account/sign-out");
        await page.Locator("#sign-out-confirm").ClickAsync();
    }

    /// <summary>Waits until the browser is at an address of an application that answers in JSON, and reads that.</summary>
    public static async Task<JsonElement> ShownAtAsync(this IPage page, string address)
    {
        await page.ArriveAsync(address);
        var body = page.Locator("body");
        await Assertions.Expect(body).ToContainTextAsync("{");
        return JsonSerializer.Deserialize<JsonElement>(await body.InnerTextAsync());
    }
}
