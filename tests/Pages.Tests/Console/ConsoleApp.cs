namespace UserDomain.Pages.Tests.Console;

/// <summary>What all pages of the console have.</summary>
internal sealed class ConsoleApp(IPage page, Uri publicUrl)
{
    public IPage Page => page;

    public ILocator Heading => page.Locator("h1");

    /// <summary>What was done by the form before.</summary>
    public ILocator Notice => page.GetByRole(AriaRole.Status);

    /// <summary>Why it was not done.</summary>
    public ILocator Problem => page.GetByRole(AriaRole.Alert);

    /// <summary>The rows of the list the page is about.</summary>
    public ILocator Rows => page.Locator(".rows tbody tr");

    public async Task<IResponse> OpenAsync(string path = "") => (await page.GotoAsync(new Uri(publicUrl, $"admin{path}").AbsoluteUri))!;

    public ILocator Button(string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public ILocator Link(string name) => page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

    public ILocator Card(string title) => page.Locator("section.card").Filter(new() { Has = page.GetByRole(AriaRole.Heading, new() { Name = title, Exact = true }) });

    public Task FillAsync(string label, string text) => Field(label).FillAsync(text);

    public ILocator Field(string label) => page.GetByLabel(label, new() { Exact = true });

    public async Task SearchAsync(string text)
    {
        await page.Locator("#query").FillAsync(text);
        await Button("Search").ClickAsync();
    }

    /// <summary>Types what a deletion asks for, and goes through with it.</summary>
    public async Task ConfirmDeletionAsync(string typed, string button)
    {
        await page.Locator("#confirmation").FillAsync(typed);
        await Button(button).ClickAsync();
    }

    public async Task SignOutAsync()
    {
        await page.Locator(".account summary").ClickAsync();
        await page.Locator(".account-menu").GetByRole(AriaRole.Button).ClickAsync();
    }

    /// <summary>The id in the address of the page.</summary>
    public Guid ShownId() => Guid.Parse(new Uri(page.Url).Segments.Select(part => part.TrimEnd('/')).Last(part => Guid.TryParse(part, out _)));

    /// <summary>Looks at the audit trail until it has an event: the outbox brings it a moment later.</summary>
    public async Task OpenEventAsync(string act, string query)
    {
        for (var attempt = 0; ; attempt++)
        {
            await OpenAsync($"/audit?{query}");
            if (await Rows.GetByRole(AriaRole.Link, new() { Name = act, Exact = true }).CountAsync() > 0)
            {
                await Rows.GetByRole(AriaRole.Link, new() { Name = act, Exact = true }).First.ClickAsync();
                await Assertions.Expect(Heading).ToHaveTextAsync(act);
                return;
            }

            Assert.True(attempt < 50, $"No event “{act}” for {query}.");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);
        }
    }
}
