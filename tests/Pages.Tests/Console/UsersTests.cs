using System.Text.RegularExpressions;
using UserDomain.IdentityStore.Users;
using static Microsoft.Playwright.Assertions;

namespace UserDomain.Pages.Tests.Console;

public sealed class UsersTests(RunningSystem system, Chromium chromium) : ConsoleTest(system, chromium)
{
    private const int PageSize = 25;

    [Fact]
    public async Task Users_are_found_by_the_start_of_their_name_page_by_page_with_the_search_in_the_address()
    {
        await CreateManyAsync("paged", PageSize + 3);
        var console = await ConsoleAsync();

        await console.OpenAsync("/users");
        await console.SearchAsync("paged-");
        await Expect(console.Rows).ToHaveCountAsync(PageSize);
        await console.Link("Next").ClickAsync();
        await Expect(console.Rows).ToHaveCountAsync(3);
        await Expect(console.Rows.Last).ToContainTextAsync("paged-27");
        await console.Page.ReloadAsync();
        await Expect(console.Rows).ToHaveCountAsync(3);
        await console.Link("First page").ClickAsync();
        await Expect(console.Rows.First).ToContainTextAsync("paged-00");
        await Expect(console.Page.Locator("#query")).ToHaveValueAsync("paged-");
    }

    [Fact]
    public async Task A_search_without_a_result_says_so_and_what_to_try()
    {
        var console = await ConsoleAsync();

        await console.OpenAsync("/users?query=nobody-is-called-this");

        await Expect(console.Page.Locator(".empty")).ToContainTextAsync("Nobody found");
        await Expect(console.Page.Locator(".empty")).ToContainTextAsync("Try fewer letters");
    }

    [Fact]
    public async Task A_new_user_is_there_at_once_and_sets_a_password_by_a_link_that_is_shown_once()
    {
        var name = Fresh("nina");
        var console = await ConsoleAsync();
        await CreateUserAsync(console, name);
        await Expect(console.Heading).ToHaveTextAsync("Nina New");

        await console.Button("Make password link").ClickAsync();
        var link = await console.Page.Locator(".once code").TextContentAsync();
        await console.Page.ReloadAsync();
        await Expect(console.Page.Locator(".once")).ToHaveCountAsync(0);

        var nina = await OpenAsync();
        await nina.GotoAsync(link!);
        await nina.Locator("#password").FillAsync("heron-under-seven-bridges");
        await nina.Locator("#password-confirmation").FillAsync("heron-under-seven-bridges");
        await nina.Locator("#reset-password").ClickAsync();
        await nina.SignInAsync(name, "heron-under-seven-bridges");
        await Expect(nina.Locator("h1")).ToHaveTextAsync("Nina New");
    }

    [Fact]
    public async Task An_account_is_locked_down_when_its_name_is_typed_and_the_trail_says_why()
    {
        var name = Fresh("luke");
        var user = await Product.CreateUserAsync(name);
        var luke = new ConsoleApp(await OpenAsync(), Product.PublicUrl);
        await luke.Page.GotoAsync(new Uri(Product.PublicUrl, "account").AbsoluteUri);
        await luke.Page.SignInAsync(name);
        var console = await ConsoleAsync();

        await console.OpenAsync($"/users/{user}");
        await console.Link("Lock down…").ClickAsync();
        await console.FillAsync("Reason, for the audit trail", "seen twice at once");
        await console.ConfirmDeletionAsync("somebody else", "Lock down");
        await Expect(console.Page.Locator("#confirmation-error")).ToContainTextAsync("Nothing was done");
        await console.ConfirmDeletionAsync(name, "Lock down");

        await Expect(console.Notice).ToContainTextAsync($"{name} is locked down. Sessions ended: 1.");
        await Expect(console.Button("Enable")).ToBeVisibleAsync();
        await luke.Page.ReloadAsync();
        await Expect(luke.Page.Locator("#sign-in")).ToBeVisibleAsync();
        var locked = await Product.EventAsync(user, "user.locked-down");
        Assert.Equal("seen twice at once", locked.GetProperty("after").Text("reason"));
        await console.OpenAsync($"/users/{user}");
        await Expect(console.Card("Timeline")).ToContainTextAsync("Account locked down");
    }

    [Fact]
    public async Task A_form_with_a_mistake_keeps_what_was_typed_and_says_at_the_field_what_to_change()
    {
        var name = Fresh("mira");
        var console = await ConsoleAsync();
        await console.OpenAsync("/users/new");
        await console.FillAsync("User name", name);
        await console.FillAsync("E-mail address", $"{name}@example.test");
        await console.FillAsync("Display name", "Mira Mistake");
        await console.FillAsync("Time zone", "Mars/Base");

        await console.Button("Create user").ClickAsync();

        await Expect(console.Problem).ToContainTextAsync("Nothing was saved");
        await Expect(console.Field("Display name")).ToHaveValueAsync("Mira Mistake");
        await Expect(console.Field("Time zone")).ToHaveValueAsync("Mars/Base");
        await Expect(console.Field("Time zone")).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(console.Field("Time zone")).ToHaveAccessibleDescriptionAsync(new Regex("Europe/Berlin"));
        await console.FillAsync("Time zone", "Europe/Berlin");
        await console.Button("Create user").ClickAsync();
        await Expect(console.Notice).ToContainTextAsync("Mira Mistake was created");
    }

    [Fact]
    public async Task A_user_is_edited_unless_somebody_else_did_so_meanwhile()
    {
        var name = Fresh("edda");
        var console = await ConsoleAsync();
        await CreateUserAsync(console, name);
        var id = console.ShownId();
        var other = await ConsoleAsync();
        await other.OpenAsync($"/users/{id}/edit");

        await console.Link("Edit").ClickAsync();
        await console.FillAsync("Display name", "Edda Edited");
        await console.Button("Save").ClickAsync();
        await Expect(console.Heading).ToHaveTextAsync("Edda Edited");
        await other.FillAsync("Display name", "Edda Overwritten");
        await other.Button("Save").ClickAsync();

        await Expect(other.Problem).ToContainTextAsync("Somebody else changed this meanwhile");
        await Expect(other.Field("Display name")).ToHaveValueAsync("Edda Overwritten");
        await other.Link("Load again").ClickAsync();
        await Expect(other.Field("Display name")).ToHaveValueAsync("Edda Edited");
    }

    [Fact]
    public async Task A_user_is_deleted_only_when_the_name_is_typed()
    {
        var name = Fresh("dario");
        var console = await ConsoleAsync();
        await CreateUserAsync(console, name);
        var id = console.ShownId();

        await console.Link("Delete…").ClickAsync();
        await console.ConfirmDeletionAsync("dari", "Delete user");
        await Expect(console.Page.Locator("main")).ToContainTextAsync("Nothing was deleted");
        await Expect(console.Page.Locator("#confirmation")).ToHaveValueAsync("dari");
        Assert.Equal(200, (await console.OpenAsync($"/users/{id}")).Status);
        await console.OpenAsync($"/users/{id}/delete");
        await console.ConfirmDeletionAsync(name, "Delete user");

        await Expect(console.Notice).ToContainTextAsync("was deleted");
        Assert.Equal(404, (await console.OpenAsync($"/users/{id}")).Status);
        await Expect(console.Heading).ToHaveTextAsync("There is nothing here");
    }

    private static async Task CreateUserAsync(ConsoleApp console, string name)
    {
        await console.OpenAsync("/users");
        await console.Link("New user").ClickAsync();
        await console.FillAsync("User name", name);
        await console.FillAsync("E-mail address", $"{name}@example.test");
        await console.FillAsync("Display name", $"{char.ToUpperInvariant(name[0])}{name[1..4]} New");
        await console.Button("Create user").ClickAsync();
        await Expect(console.Notice).ToContainTextAsync("was created");
    }

    private Task<int> CreateManyAsync(string stem, int count) => Product.InStoreAsync(store =>
    {
        store.Users.AddRange(Enumerable.Range(0, count).Select(number =>
            UserFactory.Create($"{stem}-{number:00}", $"{stem}-{number:00}@example.test", emailVerified: true, TimeProvider.System.GetUtcNow())));
        return store.SaveChangesAsync();
    });
}
