using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace UserDomain.Pages.Tests.Console;

public sealed class RolesTests(RunningSystem system, Chromium chromium) : ConsoleTest(system, chromium)
{
    [Fact]
    public async Task A_role_given_to_a_user_is_in_what_the_user_may_do_with_the_reason_and_gone_when_it_is_taken_away()
    {
        var (name, role) = (Fresh("rita"), Fresh("clerk"));
        var user = await Product.CreateUserAsync(name);
        var console = await ConsoleAsync();
        await CreateRoleAsync(console, role, "users:read");

        await console.OpenAsync($"/users/{user}/roles");
        await Expect(console.Card($"What {name} may do, and why")).ToContainTextAsync("No permission at all");
        await console.Page.GetByLabel("Role to give").SelectOptionAsync(role);
        await console.Button("Give role").ClickAsync();

        await Expect(console.Notice).ToContainTextAsync($"Role {role} was given");
        var reason = console.Card($"What {name} may do, and why").GetByRole(AriaRole.Row).Filter(new() { HasText = "users:read" });
        await Expect(reason).ToContainTextAsync(name);
        await Expect(reason.GetByRole(AriaRole.Link)).ToHaveTextAsync(role);
        await console.Button($"Take away {role}").ClickAsync();
        await Expect(console.Card($"What {name} may do, and why")).ToContainTextAsync("No permission at all");
    }

    [Fact]
    public async Task A_role_given_to_a_group_reaches_its_members_and_the_reason_names_the_group()
    {
        var (name, role, group) = (Fresh("gerd"), Fresh("reader"), Fresh("staff"));
        var user = await Product.CreateUserAsync(name);
        var console = await ConsoleAsync();
        await CreateRoleAsync(console, role, "audit:read");

        await console.OpenAsync("/groups/new");
        await console.FillAsync("Name", group);
        await console.Button("Create group").ClickAsync();
        await console.Page.GetByLabel("Role to give").SelectOptionAsync(role);
        await console.Button("Give role").ClickAsync();
        await console.FillAsync("User name or e-mail address", name);
        await console.Button("Add member").ClickAsync();
        await Expect(console.Notice).ToContainTextAsync("is in the group");

        await console.OpenAsync($"/users/{user}");
        await Expect(console.Page.Locator(".path")).ToHaveTextAsync(new Regex($@"{name}\s+group\s+{group}\s+role\s+{role}"));
    }

    [Fact]
    public async Task A_role_is_edited_and_deleted_only_when_its_name_is_typed_and_a_built_in_one_neither()
    {
        var role = Fresh("draft");
        var console = await ConsoleAsync();
        await CreateRoleAsync(console, role, "users:read");
        var id = console.ShownId();

        await console.Link("Edit").ClickAsync();
        await console.FillAsync("Description", "Edited in a browser");
        await console.Page.GetByRole(AriaRole.Checkbox, new() { Name = "sessions:read" }).CheckAsync();
        await console.Button("Save").ClickAsync();
        await Expect(console.Card("Permissions")).ToContainTextAsync("sessions:read");
        await Expect(console.Page.Locator("main")).ToContainTextAsync("Edited in a browser");
        await console.Link("Delete…").ClickAsync();
        await console.ConfirmDeletionAsync("something else", "Delete role");
        await Expect(console.Page.Locator("main")).ToContainTextAsync("Nothing was deleted");
        await console.ConfirmDeletionAsync(role, "Delete role");
        await Expect(console.Notice).ToContainTextAsync($"Role {role} was deleted");
        Assert.Equal(404, (await console.OpenAsync($"/roles/{id}")).Status);

        await console.OpenAsync("/roles?query=auditor");
        await console.Link("auditor").ClickAsync();
        await Expect(console.Heading).ToHaveTextAsync("auditor");
        await Expect(console.Link("Edit")).ToHaveCountAsync(0);
        await Expect(console.Link("Delete…")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_role_whose_name_is_taken_is_not_created_and_the_form_keeps_what_was_chosen()
    {
        var console = await ConsoleAsync();
        await console.OpenAsync("/roles/new");
        await console.FillAsync("Name", "auditor");
        await console.FillAsync("Description", "Another one");
        await console.Page.GetByRole(AriaRole.Checkbox, new() { Name = "users:read" }).CheckAsync();

        await console.Button("Create role").ClickAsync();

        await Expect(console.Problem).ToBeVisibleAsync();
        await Expect(console.Field("Description")).ToHaveValueAsync("Another one");
        await Expect(console.Page.GetByRole(AriaRole.Checkbox, new() { Name = "users:read" })).ToBeCheckedAsync();
    }

    [Fact]
    public async Task SES_02_A_role_says_in_minutes_how_long_sessions_live_and_says_nothing_when_that_is_cleared()
    {
        var role = Fresh("short");
        var console = await ConsoleAsync();
        await CreateRoleAsync(console, role, "users:read");
        await Expect(Fact("Sessions end")).ToHaveTextAsync("–");

        await console.Link("Edit").ClickAsync();
        await console.FillAsync("Minutes without use", "1.5");
        await console.FillAsync("Minutes in all", "240");
        await console.Button("Save").ClickAsync();
        await Expect(Fact("Sessions end")).ToHaveTextAsync("after 1.5 min without use, after 240 min in any case");

        await console.Link("Edit").ClickAsync();
        await Expect(console.Field("Minutes without use")).ToHaveValueAsync("1.5");
        await console.Page.Locator("form.card").EvaluateAsync("form => form.noValidate = true");
        await console.FillAsync("Minutes without use", "61");
        await console.Button("Save").ClickAsync();
        await Expect(console.Page.Locator("#Input_SessionIdleTimeout-error")).ToContainTextAsync("between 60 and 3600 seconds");

        await console.FillAsync("Minutes without use", "");
        await console.Button("Save").ClickAsync();
        await Expect(Fact("Sessions end")).ToHaveTextAsync("after 240 min in any case");

        ILocator Fact(string name) => console.Page.Locator(".facts div").Filter(new() { HasText = name }).Locator("dd");
    }

    private static async Task CreateRoleAsync(ConsoleApp console, string role, string permission)
    {
        await console.OpenAsync("/roles/new");
        await console.FillAsync("Name", role);
        await console.Page.GetByRole(AriaRole.Checkbox, new() { Name = permission }).CheckAsync();
        await console.Button("Create role").ClickAsync();
        await Expect(console.Notice).ToContainTextAsync($"Role {role} was created");
    }
}
