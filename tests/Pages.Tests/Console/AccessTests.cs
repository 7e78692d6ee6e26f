using static Microsoft.Playwright.Assertions;

namespace UserDomain.Pages.Tests.Console;

public sealed class AccessTests(RunningSystem system, Chromium chromium) : ConsoleTest(system, chromium)
{
    [Fact]
    public async Task An_auditor_sees_everything_and_is_offered_no_act()
    {
        var user = await Product.CreateUserAsync("uma-read-only");
        using var visitor = await Product.VisitorAsync();
        await visitor.SignInAsync("uma-read-only", RunningSystem.Password);
        var session = await Product.InStoreAsync(store => Task.FromResult(store.Sessions.Single(row => row.UserId == user).Id));
        var role = await Product.InStoreAsync(store => Task.FromResult(store.Roles.First(row => row.Name == "auditor").Id));
        var console = await ConsoleAsync("auditor");

        foreach (var path in (string[])["", "/users", $"/users/{user}", $"/users/{user}/roles", $"/users/{user}/sessions", "/roles", $"/roles/{role}", "/groups", "/sessions", $"/sessions/{session}", "/audit"])
        {
            Assert.Equal(200, (await console.OpenAsync(path)).Status);
            await Expect(console.Heading).ToBeVisibleAsync();
            await Expect(console.Page.Locator("main form[method=post]")).ToHaveCountAsync(0);
            await Expect(console.Page.Locator("main a[href$='/new'], main a[href$='/edit'], main a[href$='/delete']")).ToHaveCountAsync(0);
        }

        foreach (var path in (string[])["/users/new", $"/users/{user}/edit", $"/users/{user}/delete", "/roles/new", "/groups/new"])
        {
            Assert.Equal(403, (await console.OpenAsync(path)).Status);
        }
    }

    [Fact]
    public async Task An_auditor_who_posts_anyway_is_refused_and_nothing_happens()
    {
        var user = await Product.CreateUserAsync("udo-untouched");
        using var visitor = await Product.VisitorAsync();
        await visitor.SignInAsync("udo-untouched", RunningSystem.Password);
        var session = await Product.InStoreAsync(store => Task.FromResult(store.Sessions.Single(row => row.UserId == user).Id));
        var role = await Product.InStoreAsync(store => Task.FromResult(store.Roles.First(row => row.Name == "support").Id));
        var console = await ConsoleAsync("auditor");
        await console.OpenAsync();

        Assert.Equal(403, await PostAsync(console, "/users/new", "Input.UserName=smuggled-in&Input.Email=smuggled-in@example.test"));
        Assert.Equal(403, await PostAsync(console, $"/users/{user}/delete", "confirmation=udo-untouched"));
        await PostAsync(console, $"/users/{user}?handler=Disable", "");
        await PostAsync(console, $"/users/{user}/roles?handler=Give", $"roleId={role}");
        await PostAsync(console, $"/users/{user}/sessions?handler=CloseAll", "");
        await PostAsync(console, $"/sessions/{session}?handler=Close", "");

        Assert.True(await Product.InStoreAsync(store => Task.FromResult(
            store.Users.Any(row => row.Id == user && row.DisabledAt == null)
            && store.Users.All(row => row.UserName != "smuggled-in")
            && store.RoleAssignments.All(row => row.UserId != user)
            && store.Sessions.Any(row => row.Id == session && row.ClosedAt == null))));
    }

    [Fact]
    public async Task A_form_of_another_site_changes_nothing()
    {
        var user = await Product.CreateUserAsync("ugo-of-another-site");
        var console = await ConsoleAsync();
        var action = new Uri(Product.PublicUrl, $"admin/users/{user}?handler=Disable");
        await console.Page.RouteAsync("http://127.0.0.1:9/", route => route.FulfillAsync(new()
        {
            ContentType = "text/html",
            Body = $"<form method=post action='{action}'><button>Win a prize</button></form>",
        }));

        await console.Page.GotoAsync("http://127.0.0.1:9/");
        var answer = await console.Page.RunAndWaitForResponseAsync(() => console.Page.GetByRole(AriaRole.Button).ClickAsync(), response => response.Url == action.AbsoluteUri);

        Assert.Equal(400, answer.Status);
        Assert.True(await Product.InStoreAsync(store => Task.FromResult(store.Users.Any(row => row.Id == user && row.DisabledAt == null))));
    }

    // With the token of a form the person was really shown, as somebody would who edits the page.
    private static Task<int> PostAsync(ConsoleApp console, string path, string form) => console.Page.EvaluateAsync<int>(
        """
        async ([path, form]) => {
            const token = document.querySelector('[name=__RequestVerificationToken]').value;
            const answer = await fetch(document.querySelector('.brand').pathname + path, { method: 'POST', body: new URLSearchParams(form + '&__RequestVerificationToken=' + encodeURIComponent(token)) });
            return answer.status;
        }
        """, new[] { path, form });
}
