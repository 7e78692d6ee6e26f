using System.Net;
using Microsoft.EntityFrameworkCore;
using UserDomain.Database;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Protocol.Interactions;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol;

/// <summary>Requests on their way through our pages: what people do with Back, tabs and time.</summary>
public sealed class PendingRequestTests(RunningSystem system)
{
    [Fact]
    public async Task The_way_through_the_pages_has_short_addresses_and_loses_nothing()
    {
        using var visitor = await SignedOutAsync("pia-short");
        var state = new string('s', 1500);

        var page = await OpenAsync(visitor, ("state", state), ("login_hint", "pia-short"));

        Assert.True(page.RequestMessage!.RequestUri!.AbsoluteUri.Length < 200, page.RequestMessage.RequestUri.AbsoluteUri);
        Assert.Contains("value=\"pia-short\"", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(state, WebVisitor.QueryOf(await SignInAsync(visitor, page, "pia-short"))["state"]);
    }

    [Fact]
    public async Task Two_tabs_are_two_requests_and_each_ends_where_it_came_from()
    {
        using var visitor = await SignedOutAsync("pia-tabs");
        var first = await OpenAsync(visitor, ("state", "first"));
        var second = await OpenAsync(visitor, ("state", "second"));

        Assert.Equal("second", WebVisitor.QueryOf(await SignInAsync(visitor, second, "pia-tabs"))["state"]);
        Assert.Equal("first", WebVisitor.QueryOf(await SignInAsync(visitor, first, "pia-tabs"))["state"]);
    }

    [Fact]
    public async Task Who_goes_back_after_it_was_answered_is_told_so_and_led_to_the_application()
    {
        using var visitor = await SignedOutAsync("pia-back");
        var page = await OpenAsync(visitor);
        Assert.Contains("code", WebVisitor.QueryOf(await SignInAsync(visitor, page, "pia-back")));

        var again = await SignInAsync(visitor, page, "pia-back");

        Assert.Equal(HttpStatusCode.BadRequest, again.StatusCode);
        var html = await again.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("You have done this already", html, StringComparison.Ordinal);
        Assert.Contains("id=\"to-application\" href=\"http://localhost:9/\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_was_denied_cannot_be_allowed_afterwards()
    {
        using var visitor = await system.VisitorOfAsync(new("asks-pia-denied", ClientType.Web) { RequireConsent = true, Scopes = ["openid"] });
        await system.CreateUserAsync("pia-denied");
        var consent = await SignInAsync(visitor, await OpenAsync(visitor), "pia-denied");
        Assert.Equal("access_denied", WebVisitor.QueryOf(await visitor.SubmitAsync(consent, new() { ["decision"] = "deny" }))["error"]);

        Assert.Equal(HttpStatusCode.BadRequest, (await visitor.SubmitAsync(consent, new() { ["decision"] = "allow" })).StatusCode);
    }

    [Fact]
    public async Task A_page_that_was_open_for_hours_leads_on_and_what_happened_before_does_not_count()
    {
        using var visitor = await SignedOutAsync("pia-late");
        var page = await OpenAsync(visitor, ("prompt", "login"));
        await AgeAsync(visitor, TimeSpan.FromHours(2));

        var asked = await SignInAsync(visitor, page, "pia-late");

        Assert.Equal("/account/sign-in", asked.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.Contains("code", WebVisitor.QueryOf(await SignInAsync(visitor, asked, "pia-late")));
    }

    [Theory]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("short")]
    public async Task LOG_10_A_request_nobody_knows_ends_in_a_page(string handle)
    {
        using var visitor = await system.VisitorAsync();

        var answer = await visitor.Http.GetAsync(new Uri($"connect/authorize?interaction={handle}", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("The page was open too long", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LOG_10_What_was_answered_in_one_browser_does_not_count_in_another()
    {
        using var visitor = await system.VisitorOfAsync(new("asks-pia-one", ClientType.Web) { RequireConsent = true, Scopes = ["openid"] });
        using var other = new WebVisitor(visitor.Http.BaseAddress!, visitor.ClientId, visitor.ClientSecret, ["openid"]);
        await system.CreateUserAsync("pia-one");
        await system.CreateUserAsync("pia-two");
        var consent = await SignInAsync(visitor, await OpenAsync(visitor, ("prompt", "consent")), "pia-one");
        var going = await visitor.PostFormAsync(consent, new() { ["decision"] = "allow" });
        await other.CodeAsync("pia-two", RunningSystem.Password);

        var elsewhere = await other.FollowAsync(await other.Http.GetAsync(going.Headers.Location, TestContext.Current.CancellationToken));

        Assert.Equal("/account/consent", elsewhere.RequestMessage!.RequestUri!.AbsolutePath);
    }

    [Fact]
    public async Task Who_is_asked_which_account_goes_on_with_the_one_they_have()
    {
        using var visitor = await SignedOutAsync("pia-chooses");
        await SignInAsync(visitor, await OpenAsync(visitor), "pia-chooses");

        var page = await OpenAsync(visitor, ("prompt", "select_account"));

        Assert.Equal("/account/choose", page.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.Contains("code", WebVisitor.QueryOf(await visitor.SubmitAsync(page, [])));
    }

    [Fact]
    public async Task Who_is_asked_which_account_may_sign_in_with_another()
    {
        using var visitor = await SignedOutAsync("pia-first");
        await system.CreateUserAsync("pia-second");
        await SignInAsync(visitor, await OpenAsync(visitor), "pia-first");
        var page = await OpenAsync(visitor, ("prompt", "select_account"));
        var handle = page.RequestMessage!.RequestUri!.Query;

        var signIn = await visitor.Http.GetAsync(new Uri("account/sign-in" + handle, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Contains("code", WebVisitor.QueryOf(await SignInAsync(visitor, signIn, "pia-second")));
    }

    [Fact]
    public async Task Requests_of_yesterday_are_forgotten_and_others_are_not()
    {
        using var visitor = await SignedOutAsync("pia-old");
        using var today = await SignedOutAsync("pia-new");
        await OpenAsync(visitor);
        await OpenAsync(today);
        await AgeAsync(visitor, TimeSpan.FromHours(25));

        await system.InStoreAsync(store => InteractionStore.PruneAsync(store, TimeProvider.System, TestContext.Current.CancellationToken));

        Assert.Equal([today.ClientId], await system.InStoreAsync(async store =>
            (await store.PendingRequests.Select(row => row.Query).ToListAsync())
                .SelectMany(Interaction.Read).Where(pair => pair.Key == "client_id" && (pair.Value == visitor.ClientId || pair.Value == today.ClientId)).Select(pair => pair.Value)));
    }

    private async Task<WebVisitor> SignedOutAsync(string userName)
    {
        await system.CreateUserAsync(userName);
        return await system.VisitorAsync();
    }

    private static async Task<HttpResponseMessage> OpenAsync(WebVisitor visitor, params (string Name, string Value)[] more) =>
        await visitor.FollowAsync(await visitor.Http.GetAsync(visitor.AuthorizeUrl(more), TestContext.Current.CancellationToken));

    private static Task<HttpResponseMessage> SignInAsync(WebVisitor visitor, HttpResponseMessage page, string userName) =>
        visitor.SubmitAsync(page, new() { ["username"] = userName, ["password"] = RunningSystem.Password });

    private Task<int> AgeAsync(WebVisitor visitor, TimeSpan age)
    {
        var then = TimeProvider.System.GetStoredNow() - age;
        return system.InStoreAsync(store => store.PendingRequests.Where(row => row.Query.Contains(visitor.ClientId))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.AskedAt, then)));
    }
}
