namespace UserDomain.Browsing;

/// <summary>A real browser, built without windows: a third of the work of the other one. Each test opens a person's profile of its own in it.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string DebianExecutable = "/usr/bin/chromium-headless-shell";

    // Without these it looks for its maker's servers at every start. Root, as in a container, has no sandbox.
    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    // Far more than anything takes, for machines that do something else at the same time.
    private const float Patience = 60_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = DebianExecutable, Args = Arguments });
    }

    /// <summary>Opens a person's browser: no cookies, no history.</summary>
    public async Task<IPage> OpenAsync(BrowserNewContextOptions? options = null)
    {
        // An installation to try has a certificate that no browser knows.
        options ??= new();
        options.IgnoreHTTPSErrors = true;
        var context = await _browser!.NewContextAsync(options);
        context.SetDefaultTimeout(Patience);
        return await context.NewPageAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
