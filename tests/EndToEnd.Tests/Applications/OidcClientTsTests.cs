namespace UserDomain.EndToEnd.Tests.Applications;

/// <summary>A single-page application built with oidc-client-ts, on an origin of its own.</summary>
public sealed class OidcClientTsTests(RunningSystem system, Chromium chromium)
{
    [Fact]
    public async Task A_single_page_application_signs_in_calls_an_API_refreshes_and_signs_out()
    {
        await system.CreateUserAsync("otto-spa");
        var clientId = "";
        await using var app = LocalApplication.CreateBuilder().Build();
        app.MapGet("/", () => File("../spa/index.html", "text/html"));
        app.MapGet("/app.js", () => File("../spa/app.js", "text/javascript"));
        app.MapGet("/oidc-client-ts.js", () => File("node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js", "text/javascript"));
        app.MapGet("/settings.json", () => Results.Json(new { issuer = system.PublicUrl, clientId }));
        var origin = await app.StartHereAsync();
        (clientId, _) = await system.RegisterAsync("spa", origin, new(origin, "?signed-out"), "profile:self");
        var page = await chromium.OpenAsync();

        await page.GotoAsync(origin.AbsoluteUri);
        await ResultAsync(page, "waiting");
        await page.Locator("#sign-in").ClickAsync();
        await page.SignInAsync("otto-spa");
        var signedIn = await ResultAsync(page, "signed in");
        Assert.Equal("otto-spa@example.test", signedIn.Text("email"));
        Assert.Equal("otto-spa", signedIn.Text("me"));

        await page.Locator("#refresh").ClickAsync();
        var refreshed = await ResultAsync(page, "refreshed");
        Assert.Equal("otto-spa", refreshed.Text("me"));
        Assert.NotEqual(signedIn.Text("refreshToken"), refreshed.Text("refreshToken"));

        await page.Locator("#sign-out").ClickAsync();
        await ResultAsync(page, "signed out");
        await page.Locator("#sign-in").ClickAsync();
        await page.ArriveAsync("/account/sign-in");
    }

    private static IResult File(string path, string type) => Results.File(Path.GetFullPath(Path.Combine(NodeProgram.Folder, path)), type);

    private static async Task<JsonElement> ResultAsync(IPage page, string state)
    {
        var result = page.Locator("#result");
        await Assertions.Expect(result).ToContainTextAsync("state", new() { Timeout = 15_000 });
        await Assertions.Expect(result).ToContainTextAsync($"\"{state}\"", new() { Timeout = 15_000 });
        return JsonSerializer.Deserialize<JsonElement>(await result.InnerTextAsync());
    }
}
