using System.Net;
using System.Security.Cryptography;
using static Microsoft.Playwright.Assertions;

namespace UserDomain.Pages.Tests.Account;

/// <summary>The page on which a person is asked, with what an application shows of itself.</summary>
public sealed class ConsentTests(RunningSystem system, Chromium chromium) : AccountTest(system, chromium)
{
    // A browser of a test asks nobody else: it is answered before it goes out, and after its content security policy was looked at.
    private const string Logo = "https://localhost:9/logo.svg";
    private const string Picture = """<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64" fill="teal"/></svg>""";

    [Fact]
    public async Task WEB_01_An_application_shows_its_picture_and_links_and_the_policy_lets_the_browser_load_it()
    {
        var id = $"shop-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        using var manager = await Product.ClientWithAsync(["clients:write"]);
        using var registered = await manager.PostAsJsonAsync("api/v1/clients", new
        {
            clientId = id,
            type = "web",
            displayName = "Shop",
            redirectUris = new[] { WebVisitor.RedirectUri },
            scopes = new[] { "openid" },
            requireConsent = true,
            logoUri = Logo,
            policyUri = "https://shop.example.test/privacy",
            tosUri = "https://shop.example.test/terms",
        });
        Assert.Equal(HttpStatusCode.Created, registered.StatusCode);
        using var visitor = new WebVisitor(Product.PublicUrl, id, "", ["openid"]);
        var page = await OpenAsync(new() { JavaScriptEnabled = true });
        await page.RouteAsync(Logo, route => route.FulfillAsync(new() { ContentType = "image/svg+xml", Body = Picture }));

        await page.GotoAsync(UrlOf(visitor.AuthorizeUrl()));
        await Expect(page.Locator("img")).ToHaveCountAsync(0);
        await page.SignInAsync(await SomebodyAsync());

        await Expect(page.Locator("#client-policy")).ToHaveAttributeAsync("href", "https://shop.example.test/privacy");
        await Expect(page.Locator("#client-terms")).ToHaveAttributeAsync("href", "https://shop.example.test/terms");
        await page.WaitForFunctionAsync("() => document.querySelector('#client-logo').complete");
        Assert.Equal(64, await page.EvaluateAsync<int>("() => document.querySelector('#client-logo').naturalWidth"));
        await CheckAccessibilityAsync(page);
        await page.SetViewportSizeAsync(320, 568);
        await CheckWidthAsync(page);
    }
}
