using UserDomain.IdentityStore.Roles;
using static Microsoft.Playwright.Assertions;

namespace UserDomain.Pages.Tests.Console;

/// <summary>The console for everybody: by keyboard, on a phone, with a screen reader, in light and dark.</summary>
public sealed class ReadingTests(RunningSystem system, Chromium chromium) : ConsoleTest(system, chromium)
{
    private const string LongName = "Wilhelmina-Theodora Featherstonehaugh-Cholmondeley of Rotherhithe-upon-Thames";

    [Fact]
    public async Task Every_page_is_accessible_in_light_and_dark_and_no_wider_than_a_phone()
    {
        var console = await ConsoleAsync();
        foreach (var path in await PathsAsync())
        {
            await console.OpenAsync(path);
            await CheckAccessibilityAsync(console.Page);
            await console.Page.SetViewportSizeAsync(390, 844);
            await CheckWidthAsync(console.Page);
            await console.Page.SetViewportSizeAsync(1280, 720);
        }
    }

    [Fact]
    public async Task Forms_that_were_refused_and_people_who_are_refused_get_accessible_pages_as_well()
    {
        var console = await ConsoleAsync();
        await console.OpenAsync("/users/new");
        await console.FillAsync("User name", "no spaces please");
        await console.FillAsync("E-mail address", "mail@example.test");
        await console.FillAsync("Time zone", "Mars/Base");
        await console.Button("Create user").ClickAsync();
        await Expect(console.Problem).ToBeVisibleAsync();
        await CheckAccessibilityAsync(console.Page);

        await Product.CreateUserAsync("paul-refused");
        var refused = new ConsoleApp(await OpenAsync(), Product.PublicUrl);
        await refused.OpenAsync();
        await refused.Page.SignInAsync("paul-refused");
        await Expect(refused.Heading).ToHaveTextAsync("This is for administrators");
        await CheckAccessibilityAsync(refused.Page);
        await refused.Page.SetViewportSizeAsync(390, 844);
        await CheckWidthAsync(refused.Page);
    }

    [Fact]
    public async Task The_keyboard_skips_to_the_content_finds_users_and_always_shows_where_it_is()
    {
        var console = await ConsoleAsync();
        await console.Page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        await console.OpenAsync("/users");
        await console.Page.Keyboard.PressAsync("Tab");
        await Expect(console.Link("Skip to content")).ToBeFocusedAsync();
        await Expect(console.Link("Skip to content")).ToBeInViewportAsync();
        await console.Page.Keyboard.PressAsync("Enter");
        await Expect(console.Page.Locator("main")).ToBeFocusedAsync();
        await console.Page.Keyboard.PressAsync("Tab");
        await Expect(console.Link("New user")).ToBeFocusedAsync();

        await console.Page.Keyboard.PressAsync("Control+k");
        await Expect(console.Page.Locator("#search")).ToBeFocusedAsync();
        await console.Page.Keyboard.TypeAsync("administrator-of");
        await console.Page.Keyboard.PressAsync("Enter");
        await Expect(console.Rows).ToHaveCountAsync(1);

        for (var stop = 0; stop < 20; stop++)
        {
            await console.Page.Keyboard.PressAsync("Tab");
            Assert.Equal("", await console.Page.EvaluateAsync<string>(Keyboard.Unmarked));
        }
    }

    [Fact]
    public async Task On_a_phone_the_menu_opens_by_its_button_and_leads_to_every_page()
    {
        var console = await ConsoleAsync(options: new() { ViewportSize = new() { Width = 390, Height = 844 }, HasTouch = true, IsMobile = true });
        await console.OpenAsync();
        await Expect(console.Link("Sessions")).ToBeHiddenAsync();

        await console.Page.Locator(".nav-button").TapAsync();
        await console.Link("Sessions").TapAsync();

        await Expect(console.Heading).ToHaveTextAsync("Sessions");
        await Expect(console.Link("Sessions")).ToBeHiddenAsync();
    }

    private async Task<string[]> PathsAsync()
    {
        var user = await Product.CreateUserAsync("wilhelmina.featherstonehaugh.cholmondeley.of.rotherhithe", roles: "auditor");
        using var visitor = await Product.VisitorAsync();
        await visitor.SignInAsync("wilhelmina.featherstonehaugh.cholmondeley.of.rotherhithe", RunningSystem.Password);
        var empty = await Product.CreateUserAsync("wim-empty");
        return await Product.InStoreAsync(async store =>
        {
            var now = TimeProvider.System.GetUtcNow();
            store.Users.Single(row => row.Id == user).DisplayName = LongName;
            var role = new Role { Id = Guid.CreateVersion7(), Name = "read-me", NormalizedName = Role.Normalize("read-me"), Description = LongName, CreatedAt = now, UpdatedAt = now };
            var group = new IdentityStore.Groups.Group { Id = Guid.CreateVersion7(), Name = "read-us", NormalizedName = Role.Normalize("read-us"), Description = LongName, CreatedAt = now, UpdatedAt = now };
            store.Add(role);
            store.Add(group);
            store.RoleAssignments.Add(new() { Id = Guid.CreateVersion7(), RoleId = role.Id, UserId = user, CreatedAt = now });
            await store.SaveChangesAsync();
            var session = store.Sessions.First(row => row.UserId == user).Id;
            return (string[])
            [
                "", "/users", "/users?query=qqq", "/users/new", $"/users/{user}", $"/users/{user}/roles", $"/users/{user}/sessions", $"/users/{user}/audit",
                $"/users/{user}/edit", $"/users/{user}/delete", $"/users/{empty}", $"/users/{empty}/sessions", "/roles", $"/roles/{role.Id}", $"/roles/{role.Id}/edit",
                $"/roles/{role.Id}/delete", "/groups", $"/groups/{group.Id}", $"/groups/{group.Id}/edit", $"/groups/{group.Id}/delete", "/sessions",
                "/sessions?state=expired", $"/sessions/{session}", "/audit", "/audit?actor=nobody", "/nowhere", "/sign-out", "/signed-out", "/signed-out?failed=true",
            ];
        });
    }
}
