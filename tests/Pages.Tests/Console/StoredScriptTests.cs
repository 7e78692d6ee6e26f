using UserDomain.IdentityStore.Groups;
using UserDomain.IdentityStore.Roles;
using static Microsoft.Playwright.Assertions;

namespace UserDomain.Pages.Tests.Console;

public sealed class StoredScriptTests(RunningSystem system, Chromium chromium) : ConsoleTest(system, chromium)
{
    private const string Script = "\"><img src=x onerror=\"alert(1)\"><script>alert(2)</script>'";

    [Fact]
    public async Task TST_05_Markup_in_anything_that_is_stored_is_shown_as_text_on_every_page_that_shows_it()
    {
        var (user, role, group) = await StoreAsync();
        using var visitor = await Product.VisitorAsync();
        visitor.Http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", Script);
        await visitor.SignInAsync("xaver-script", RunningSystem.Password);
        var session = await Product.InStoreAsync(store => Task.FromResult(store.Sessions.Single(row => row.UserId == user)));
        Assert.Equal(Script, session.UserAgent);
        var console = await ConsoleAsync();
        console.Page.Dialog += (_, dialog) => Assert.Fail($"A script ran: {dialog.Message}");

        await console.OpenAsync($"/users/{user}");
        await Expect(console.Heading).ToHaveTextAsync(Script);
        await console.OpenAsync($"/roles/{role}");
        await Expect(console.Heading).ToHaveTextAsync("script" + Script);
        await console.OpenAsync($"/sessions/{session.Id}");
        await Expect(console.Card("Facts")).ToContainTextAsync(Script);
        foreach (var path in Paths(user, role, group))
        {
            await console.OpenAsync(path);
            await Expect(console.Page.Locator("main, input").GetByText("onerror").Or(console.Page.Locator("[value*=onerror]")).First).ToBeAttachedAsync();
            await Expect(console.Page.Locator("[onerror], script:not([src]), img[src=x]")).ToHaveCountAsync(0);
        }
    }

    private static string[] Paths(Guid user, Guid role, Guid group) =>
    [
        "/users?query=xaver", $"/users/{user}", $"/users/{user}/roles", $"/users/{user}/audit", $"/users/{user}/edit", $"/users/{user}/delete",
        "/roles?query=script", $"/roles/{role}", $"/roles/{role}/edit", $"/roles/{role}/delete", "/roles/new",
        "/groups?query=script", $"/groups/{group}", $"/groups/{group}/edit", $"/groups/{group}/delete",
        $"/users?query={Uri.EscapeDataString(Script)}", $"/audit?actor={Uri.EscapeDataString(Script)}&type={Uri.EscapeDataString(Script)}",
    ];

    // Past the rules of the APIs, which refuse some of it.
    private async Task<(Guid User, Guid Role, Guid Group)> StoreAsync()
    {
        var user = await Product.CreateUserAsync("xaver-script");
        return await Product.InStoreAsync(async store =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var person = store.Users.Single(row => row.Id == user);
            (person.DisplayName, person.GivenName, person.FamilyName, person.Attributes) = (Script, Script, Script, new Dictionary<string, string> { ["note"] = Script });
            var role = new Role { Id = Guid.CreateVersion7(), Name = "script" + Script, NormalizedName = Role.Normalize("script" + Script), Description = Script, CreatedAt = now, UpdatedAt = now };
            var group = new Group { Id = Guid.CreateVersion7(), Name = "script" + Script, NormalizedName = Role.Normalize("script" + Script), Description = Script, CreatedAt = now, UpdatedAt = now };
            store.Add(role);
            store.Add(group);
            store.RoleAssignments.Add(new() { Id = Guid.CreateVersion7(), RoleId = role.Id, UserId = user, CreatedAt = now });
            store.RoleAssignments.Add(new() { Id = Guid.CreateVersion7(), RoleId = role.Id, GroupId = group.Id, CreatedAt = now });
            await store.SaveChangesAsync();
            return (user, role.Id, group.Id);
        });
    }
}
