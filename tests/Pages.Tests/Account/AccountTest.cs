using System.Security.Cryptography;

namespace UserDomain.Pages.Tests.Account;

/// <summary>A test of the account pages, which knows the way to each of them.</summary>
public abstract class AccountTest(RunningSystem product, Chromium chromium) : BrowserTest(product, chromium)
{
    private protected static readonly string[] AllPages =
    [
        "sign-in", "sign-in-refused", "consent", "overview", "sign-out", "signed-out", "reset-password", "reset-password-refused", "reset-password-ended", "error", "not-found",
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

    /// <summary>The user name of somebody new.</summary>
    protected async Task<string> SomebodyAsync()
    {
        var name = $"somebody-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        await Product.CreateUserAsync(name);
        return name;
    }

    private async Task<string> AuthorizeUrlAsync(params (string Name, string Value)[] more)
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
