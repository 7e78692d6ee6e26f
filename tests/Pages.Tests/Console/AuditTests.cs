using static Microsoft.Playwright.Assertions;

namespace UserDomain.Pages.Tests.Console;

public sealed class AuditTests(RunningSystem system, Chromium chromium) : ConsoleTest(system, chromium)
{
    private const string Administrator = "administrator-of-the-console";

    [Fact]
    public async Task What_is_done_in_the_console_is_in_the_audit_trail_with_who_did_it_and_before_and_after()
    {
        var (role, name) = (Fresh("audited"), Fresh("anna"));
        var user = await Product.CreateUserAsync(name);
        var console = await ConsoleAsync();
        await console.OpenAsync("/roles/new");
        await console.FillAsync("Name", role);
        await console.FillAsync("Description", "As it was");
        await console.Button("Create role").ClickAsync();
        var id = console.ShownId();
        await console.FillAsync("User name or e-mail address", name);
        await console.Button("Give role").ClickAsync();
        await console.Link("Edit").ClickAsync();
        await console.FillAsync("Description", "As it is");
        await console.Button("Save").ClickAsync();
        using var reader = await Product.ClientWithAsync(["roles:read"]);
        var given = (await reader.GetAsync(new Uri($"api/v1/role-assignments?role={id}", UriKind.Relative), TestContext.Current.CancellationToken).BodyAsync()).Items().Single().Text("id");
        await console.Link("Delete…").ClickAsync();
        await console.ConfirmDeletionAsync(role, "Delete role");
        await Expect(console.Notice).ToContainTextAsync("was deleted");

        await console.OpenEventAsync("Role created", $"target={id}&type=role.");
        await Expect(Changes(console, "added")).ToContainTextAsync([$"name {role}", "description As it was"]);
        await Expect(Changes(console, "removed")).ToHaveCountAsync(0);
        await Expect(console.Card("Who and where")).ToContainTextAsync(Administrator);
        await console.OpenEventAsync("Role changed", $"target={id}&type=role.");
        await Expect(Changes(console, "removed").Filter(new() { HasText = "description" })).ToContainTextAsync("As it was");
        await Expect(Changes(console, "added").Filter(new() { HasText = "description" })).ToContainTextAsync("As it is");
        await console.OpenEventAsync("Role deleted", $"target={id}&type=role.");
        await Expect(Changes(console, "removed")).ToContainTextAsync([$"name {role}"]);
        await console.OpenEventAsync("Role given", $"target={given}&type=role-assignment.");
        await Expect(console.Page.Locator(".diff")).ToContainTextAsync(user.ToString());
    }

    [Fact]
    public async Task Events_are_filtered_by_kind_and_by_the_name_of_who_did_it_or_to_whom()
    {
        var name = Fresh("filtered");
        var user = await Product.CreateUserAsync(name);
        var console = await ConsoleAsync();
        await console.OpenAsync($"/users/{user}");
        await console.Button("Disable").ClickAsync();
        await console.Button("Enable").ClickAsync();
        await Expect(console.Notice).ToBeVisibleAsync();
        await console.OpenEventAsync("User enabled", $"target={user}");

        await console.OpenAsync("/audit");
        await console.Page.GetByLabel("What").SelectOptionAsync("Users");
        await console.FillAsync("Done to", name);
        await console.Button("Filter").ClickAsync();
        await Expect(console.Rows).ToHaveCountAsync(2);
        await Expect(console.Field("Done to")).ToHaveValueAsync(name);
        await Expect(console.Rows.GetByText(Administrator)).ToHaveCountAsync(2);

        await console.FillAsync("Done by", "nobody-at-all");
        await console.Button("Filter").ClickAsync();
        await Expect(console.Page.Locator(".empty")).ToContainTextAsync("No event fits");
        await console.FillAsync("Done by", $"{Administrator}@example.test");
        await console.Button("Filter").ClickAsync();
        await Expect(console.Rows).ToHaveCountAsync(2);
        await console.Page.GetByLabel("What").SelectOptionAsync("Roles");
        await console.Button("Filter").ClickAsync();
        await Expect(console.Rows).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_refused_sign_in_is_nobodys_act_and_the_trail_does_not_say_that_the_system_did_it()
    {
        var name = Fresh("refused");
        var user = await Product.CreateUserAsync(name);
        var stranger = await OpenAsync();
        await stranger.GotoAsync(new Uri(Product.PublicUrl, "account").AbsoluteUri);
        await stranger.SignInAsync(name, "not the password at all");
        await Expect(stranger.Locator("#sign-in-error")).ToBeVisibleAsync();
        var console = await ConsoleAsync();

        await console.OpenEventAsync("Sign-in refused", $"target={user}");

        await Expect(console.Page.Locator("main")).Not.ToContainTextAsync("the system");
        await Expect(console.Page.Locator("main")).ToContainTextAsync(name);
    }

    private static ILocator Changes(ConsoleApp console, string kind) => console.Page.Locator($".diff .{kind}");
}
