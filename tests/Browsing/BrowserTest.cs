using System.Collections.Concurrent;
using Deque.AxeCore.Commons;

namespace UserDomain.Browsing;

/// <summary>
/// A test that looks at pages. It fails as well when a page breaks its content security policy (TST-05), throws, misses a file or calls
/// another host, whatever it is about.
/// </summary>
public abstract class BrowserTest(RunningSystem product, Chromium chromium) : IAsyncLifetime
{
    // The package's own way of running it opens a second page each time.
    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentBag<IBrowserContext> _people = [];

    protected RunningSystem Product { get; } = product;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var person in _people)
        {
            await person.CloseAsync();
        }

        Assert.True(_complaints.IsEmpty, string.Join(Environment.NewLine, _complaints));
    }

    /// <summary>Opens a person's browser.</summary>
    protected async Task<IPage> OpenAsync(BrowserNewContextOptions? options = null)
    {
        var page = await chromium.OpenAsync(options);
        _people.Add(page.Context);
        Watch(page.Context);
        return page;
    }

    /// <summary>Holds a page to the rules of WCAG that a program can check, in light and in dark.</summary>
    protected async Task CheckAccessibilityAsync(IPage page)
    {
        await page.EvaluateAsync(Axe);
        // A colour on its way to another has no contrast of its own.
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light, ReducedMotion = ReducedMotion.Reduce });
        await RunAxeAsync(page, "light", "{}");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark, ReducedMotion = ReducedMotion.Reduce });
        await RunAxeAsync(page, "dark", "{ runOnly: ['color-contrast'] }");
    }

    /// <summary>Holds a page to its width: who reads on a phone scrolls one way only.</summary>
    protected async Task CheckWidthAsync(IPage page)
    {
        const string TooWide = """
            () => document.documentElement.scrollWidth <= innerWidth ? null
                : [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > innerWidth + 1).map(one => one.outerHTML.slice(0, 80)).slice(0, 3).join(' | ')
            """;
        if (await page.EvaluateAsync<string?>(TooWide) is { } what)
        {
            _complaints.Enqueue($"{page.Url} is wider than {page.ViewportSize!.Width}: {what}");
        }
    }

    private async Task RunAxeAsync(IPage page, string scheme, string options)
    {
        var violations = await page.EvaluateAsync<string[]>($$"""
            async () => (await axe.run(document, Object.assign({ resultTypes: ['violations'] }, {{options}}))).violations
                .map(one => one.id + ', ' + one.help + ': ' + one.nodes.map(node => node.html).join(' | '))
            """);
        foreach (var violation in violations)
        {
            _complaints.Enqueue($"{page.Url} in {scheme}: {violation}");
        }
    }

    private void Watch(IBrowserContext person)
    {
        person.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase))
            {
                _complaints.Enqueue($"{message.Page?.Url}: {message.Text}");
            }
        };
        person.WebError += (_, error) => _complaints.Enqueue($"{error.Page?.Url}: {error.Error}");
        person.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: "http" or "https", IsLoopback: false })
            {
                _complaints.Enqueue($"A page asked for {request.Url}");
            }
        };
        person.Response += (_, response) =>
        {
            if (response.Status >= 400 && response.Request.ResourceType is not ("document" or "fetch"))
            {
                _complaints.Enqueue($"{response.Status} for {response.Url}");
            }
        };
    }
}
