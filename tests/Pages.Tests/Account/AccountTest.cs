using System.Security.Cryptography;

namespace UserDomain.Pages.Tests.Account;

/// <summary>A test of the account pages, which knows the way to each of them.</summary>
public abstract class AccountTest(RunningSystem product, Chromium chromium) : BrowserTest(product, chromium)
{
    private protected static readonly string[] AllPages =
    [
        "sign-in", "sign-in-refused", "consent", "overview", "overview-sessions", "sign-out", "signed-out", "reset-password", "reset-password-refused", "reset-password-ended", "error", "not-found",
        "choose-account", "answered", "device", "device-wrong", "device-question", "device-allowed", "device-denied",
    ];

    /// <summary>The address of something of the product.</summary>
    protected string UrlOf(string path) => new Uri(Product.PublicUrl, path).AbsoluteUri;

    /// <summary>Goes to a page of <see cref="AllPages"/> as somebody new.</summary>
    private protected async Task GoToAsync(IPage page, string name)
    {
        switch (name)
        {
            case "sign-in":
                await page.GotoAsync(await AuthorizeUrlAsync());
                break;
            case "sign-in-refused":
                await page.GotoAsync(await AuthorizeUrlAsync());
                await page.SignInAsync("nobody", "not the password of anybody");
                await page.Locator("#sign-in-error").WaitForAsync();
                break;
            case "consent":
                await page.GotoAsync(await AuthorizeUrlAsync(("prompt", "consent")));
                await page.SignInAsync(await SomebodyAsync());
                await page.Locator("#consent-allow").WaitForAsync();
                break;
            case "overview":
                await SignInAsync(page);
                break;
            case "overview-sessions":
                await SignInTwiceAsync(page);
                break;
            case "sign-out":
                await SignInAsync(page);
                await page.GotoAsync(UrlOf("account/sign-out"));
                break;
            case "reset-password":
                await page.GotoAsync(await PasswordLinkAsync());
                break;
            case "reset-password-refused":
                await page.GotoAsync(await PasswordLinkAsync());
                await page.Locator("#password").FillAsync("abababababababababab");
                await page.Locator("#password-confirmation").FillAsync("abababababababababab");
                await page.Locator("#reset-password").ClickAsync();
                await page.Locator("#reset-password-error").WaitForAsync();
                break;
            case "reset-password-ended":
                await page.GotoAsync(UrlOf("account/reset-password?code=nothing"));
                break;
            case "choose-account":
                await SignInAsync(page);
                await page.GotoAsync(await AuthorizeUrlAsync(("prompt", "select_account")));
                break;
            case "answered":
                await GoToAnsweredAsync(page);
                break;
            case "device":
                await SignInAtDeviceAsync(page);
                break;
            case "device-wrong":
                await SignInAtDeviceAsync(page);
                await page.Locator("#user-code").FillAsync("BCDF-GHJK");
                await page.Locator("#device-continue").ClickAsync();
                await page.Locator("#device-error").WaitForAsync();
                break;
            case "device-question":
                await GoToQuestionAsync(page);
                break;
            case "device-allowed":
                await GoToQuestionAsync(page);
                await page.Locator("#device-allow").ClickAsync();
                await page.ArriveAsync("/account/device/allowed");
                break;
            case "device-denied":
                await GoToQuestionAsync(page);
                await page.Locator("#device-deny").ClickAsync();
                await page.ArriveAsync("/account/device/denied");
                break;
            case "error":
                await page.GotoAsync(UrlOf("connect/authorize?client_id=nothing&response_type=code"));
                break;
            default:
                await page.GotoAsync(UrlOf($"account/{name}"));
                break;
        }
    }

    /// <summary>Signs somebody new in and comes to their account.</summary>
    protected async Task SignInAsync(IPage page)
    {
        await page.GotoAsync(UrlOf("account"));
        await page.SignInAsync(await SomebodyAsync());
        await page.Locator("#sign-out").WaitForAsync();
    }

    /// <summary>Signs somebody new in, who is signed in somewhere else as well.</summary>
    protected async Task SignInTwiceAsync(IPage page)
    {
        var name = await SomebodyAsync();
        using var visitor = await Product.VisitorAsync();
        await visitor.SignInAsync(name, RunningSystem.Password);
        await page.GotoAsync(UrlOf("account"));
        await page.SignInAsync(name);
        await page.Locator("#end-other-sessions").WaitForAsync();
    }

    /// <summary>The user name of somebody new.</summary>
    protected async Task<string> SomebodyAsync()
    {
        var name = $"somebody-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        await Product.CreateUserAsync(name);
        return name;
    }

    /// <summary>What a fresh device is told when it asks for codes (RFC 8628 section 3.2).</summary>
    protected async Task<JsonElement> StartDeviceAsync()
    {
        var nowhere = new Uri("http://localhost:9/");
        var (id, _) = await Product.RegisterAsync("device", nowhere, nowhere);
        using var device = Product.Anonymous();
        using var form = new FormUrlEncodedContent([new("client_id", id), new("scope", "openid profile email offline_access")]);
        return await device.PostAsync(new Uri("connect/device", UriKind.Relative), form).BodyAsync();
    }

    /// <summary>Signs somebody new in at the page that takes the codes of devices.</summary>
    protected async Task SignInAtDeviceAsync(IPage page, string address = "account/device")
    {
        await page.GotoAsync(UrlOf(address));
        await page.SignInAsync(await SomebodyAsync());
        await page.Locator("#user-code").WaitForAsync();
    }

    private async Task GoToQuestionAsync(IPage page)
    {
        await SignInAtDeviceAsync(page, new Uri((await StartDeviceAsync()).Text("verification_uri_complete")!).PathAndQuery[1..]);
        await page.Locator("#device-continue").ClickAsync();
        await page.Locator("#device-allow").WaitForAsync();
    }

    // As somebody does who goes back in their browser after the application has its answer.
    private async Task GoToAnsweredAsync(IPage page)
    {
        await page.GotoAsync(await AuthorizeUrlAsync());
        var request = await page.Locator("input[name=returnUrl]").InputValueAsync();
        await page.SignInAsync(await SomebodyAsync());

        // Nothing listens where the application is.
        await Assertions.Expect(page).ToHaveURLAsync("chrome-error://chromewebdata/");
        await page.GotoAsync(UrlOf(request[1..]));
    }

    /// <summary>Where an application sends the browser of who shall sign in.</summary>
    protected async Task<string> AuthorizeUrlAsync(params (string Name, string Value)[] more)
    {
        using var visitor = await Product.VisitorAsync();
        return UrlOf(visitor.AuthorizeUrl(more));
    }

    private async Task<string> PasswordLinkAsync()
    {
        using var administrator = await Product.ClientWithAsync(["users:write"]);
        var id = await Product.CreateUserAsync();
        return (await administrator.PostAsync(new Uri($"api/v1/users/{id}/password-reset", UriKind.Relative), null).BodyAsync()).Text("url")!;
    }
}
