using System.Collections.Concurrent;
using System.Text;
using static Microsoft.Playwright.Assertions;

namespace UserDomain.Pages.Tests.Account;

/// <summary>Every account page for everybody: in light and dark, on a phone, by keyboard, without script, on a slow line.</summary>
public sealed class AccountPagesTests(RunningSystem system, Chromium chromium) : AccountTest(system, chromium)
{
    private const int MaxWeight = 50_000;

    public static TheoryData<string> Pages { get; } = [.. AllPages];

    public static TheoryData<string, string> PagesInEachLanguage { get; } = [.. from name in AllPages from language in new[] { "en", "de" } select (name, language)];

    [Theory]
    [MemberData(nameof(PagesInEachLanguage))]
    public async Task A_page_is_accessible_in_light_and_dark_and_no_wider_than_the_smallest_phone(string name, string language)
    {
        var page = await OpenAsync(new() { Locale = language });
        await GoToAsync(page, name);

        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", language);
        await CheckAccessibilityAsync(page);
        await page.SetViewportSizeAsync(320, 568);
        await CheckWidthAsync(page);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_works_without_script_and_weighs_less_than_50_kB_with_all_it_loads(string name)
    {
        var page = await OpenAsync(new() { JavaScriptEnabled = false });
        var loaded = new ConcurrentDictionary<string, bool>();
        page.Response += (_, response) => loaded[response.Url] = response.Request.ResourceType == "document";
        await GoToAsync(page, name);

        await Expect(page.Locator("script")).ToHaveCountAsync(0);
        var weight = Encoding.UTF8.GetByteCount(await page.ContentAsync());
        foreach (var (url, _) in loaded.Where(pair => !pair.Value))
        {
            weight += (await (await page.Context.APIRequest.GetAsync(url)).BodyAsync()).Length;
        }

        Assert.Contains(loaded, pair => !pair.Value);
        Assert.InRange(weight, 1, MaxWeight);
    }

    [Theory]
    [InlineData("sign-in", "#username", "#password", "#sign-in")]
    [InlineData("consent", "#consent-deny", "#consent-allow")]
    [InlineData("choose-account", "#account-continue", "#account-other")]
    [InlineData("sign-out", "#sign-out-confirm")]
    [InlineData("device", "#user-code", "#device-continue")]
    [InlineData("device-question", "#device-deny", "#device-allow")]
    public async Task The_fields_have_the_ids_that_are_a_contract_in_the_order_of_the_keyboard_which_shows_where_it_is(string name, params string[] ids)
    {
        var page = await OpenAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        await GoToAsync(page, name);
        await page.Locator(ids[0]).FocusAsync();

        foreach (var id in ids)
        {
            await Expect(page.Locator(id)).ToBeFocusedAsync();
            Assert.Equal("", await page.EvaluateAsync<string>(Keyboard.Unmarked));
            await page.Keyboard.PressAsync("Tab");
        }
    }
}
