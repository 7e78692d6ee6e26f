using System.Net;
using System.Text.Json;
using UserDomain.IdentityServer.Tests.ClientApi;
using UserDomain.Testing;
using static UserDomain.IdentityServer.Tests.Protocol.Registration.RegistrationSystem;

namespace UserDomain.IdentityServer.Tests.Protocol.Registration;

/// <summary>The picture of a client and its links, where people are asked (OpenID Connect Dynamic Client Registration 1.0 section 2, RFC 7591 section 5).</summary>
public sealed class LinkTests(RegistrationSystem registration) : IClassFixture<RegistrationSystem>
{
    private const string Callback = "https://shop.example.test/callback";
    private const string Logo = "https://shop.example.test:8443/logo.png?size=2&for=a";
    private const string Policy = "https://shop.example.test/privacy#short";
    private const string Terms = "https://shop.example.test/terms";
    private const string Usual = "img-src 'self' data:;";

    private RunningSystem System => registration.System;

    [Fact]
    public async Task WEB_01_What_a_client_shows_is_seen_where_people_are_asked_and_its_picture_comes_from_its_origin_alone()
    {
        var client = await registration.RegisterAsync(Shop());
        var name = Unique("lena");
        await System.CreateUserAsync(name);
        using var visitor = new WebVisitor(System.PublicUrl, client.Text("client_id")!, client.Text("client_secret")!, ["openid"]);

        var signIn = await visitor.FollowAsync(await visitor.Http.GetAsync(visitor.AuthorizeUrl(("redirect_uri", Callback))));
        var consent = await visitor.SubmitAsync(signIn, new() { ["username"] = name, ["password"] = RunningSystem.Password });

        Assert.Equal("/account/consent", consent.PathOf());
        var page = await consent.TextAsync();
        Assert.Contains($"<img class=\"avatar avatar-image\" id=\"client-logo\" src=\"{Logo}\" alt=\"\" width=\"40\" height=\"40\" referrerpolicy=\"no-referrer\">", page, StringComparison.Ordinal);
        Assert.Contains($"href=\"{Policy}\" target=\"_blank\" rel=\"noopener noreferrer nofollow\"", page, StringComparison.Ordinal);
        Assert.Contains($"href=\"{Terms}\" target=\"_blank\" rel=\"noopener noreferrer nofollow\"", page, StringComparison.Ordinal);
        Assert.Contains("img-src 'self' data: https://shop.example.test:8443;", PolicyOf(consent), StringComparison.Ordinal);
        Assert.EndsWith("form-action 'self' https://shop.example.test", PolicyOf(consent), StringComparison.Ordinal);

        // Where passwords are typed nothing of anybody else is loaded.
        Assert.Contains(Usual, PolicyOf(signIn), StringComparison.Ordinal);
        Assert.DoesNotContain("<img", await signIn.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_kept_is_told_and_goes_with_a_change_that_does_not_name_it()
    {
        var client = await registration.RegisterAsync(Shop());
        var read = await registration.ManageAsync(client, "GET").BodyAsync();
        Assert.All([client, read], answer => Assert.Equal([Logo, Policy, Terms], ShownBy(answer)));

        var changed = await registration.ManageAsync(client, "PUT", Web(("client_id", client.Text("client_id")), ("redirect_uris", new[] { Callback }), ("tos_uri", Terms))).BodyAsync();

        Assert.Equal([null, null, Terms], ShownBy(changed));
    }

    [Theory]
    [InlineData("https://bank.example.test/logo.png", Callback)]
    [InlineData("https://shop.example.test.evil.example/logo.png", Callback)]
    [InlineData("https://www.shop.example.test/logo.png", Callback)]
    [InlineData("http://shop.example.test/logo.png", Callback)]
    [InlineData("https://shop.example.test@bank.example.test/logo.png", Callback)]
    [InlineData("https://bank.example.test@shop.example.test/logo.png", Callback)]
    [InlineData("https://shop.example.test/;script-src *", Callback)]
    [InlineData("https://shop.example.test/logo.png';", Callback)]
    [InlineData("javascript:alert(1)", Callback)]
    [InlineData("data:image/svg+xml,x", Callback)]
    [InlineData("//shop.example.test/logo.png", Callback)]
    [InlineData("", Callback)]
    [InlineData("https://shop.example.test/logo.png", Callback, "https://evil.example.test/callback")]
    [InlineData("https://localhost/logo.png", "http://localhost:9/callback")]
    public async Task Nobody_wears_the_picture_of_another_and_what_is_not_at_their_own_host_has_no_effect(string uri, params string[] callbacks)
    {
        var client = await registration.RegisterAsync(Web(("redirect_uris", callbacks), ("logo_uri", uri), ("policy_uri", uri), ("tos_uri", uri)));

        Assert.Equal([null, null, null], ShownBy(client));
    }

    [Theory]
    [InlineData("com.example.app://shop.example.test/callback")]
    [InlineData("com.example.app:/callback")]
    public async Task A_private_scheme_has_no_host(string callback)
    {
        var client = await registration.RegisterAsync(Web(("application_type", "native"), ("redirect_uris", new[] { callback }), ("logo_uri", "https://shop.example.test/logo.png")));

        Assert.False(client.TryGetProperty("logo_uri", out _));
    }

    [Fact]
    public async Task An_operator_may_show_what_is_anywhere_and_it_stays_until_somebody_says_otherwise()
    {
        const string Elsewhere = "https://cdn.example.test/logo.png";
        var client = await registration.RegisterAsync(Shop());
        using var manager = await System.ManagerAsync();
        var known = (await manager.SendAsync("GET", $"clients?clientId={client.Text("client_id")}").BodyAsync()).Items().Single();
        Assert.Equal((Logo, Policy, Terms), (known.Text("logoUri"), known.Text("policyUri"), known.Text("tosUri")));

        await manager.SendAsync("PATCH", known.Path(), new { logoUri = Elsewhere, policyUri = "" }).BodyAsync();
        var same = await registration.ManageAsync(client, "PUT", Shop(("client_id", client.Text("client_id")), ("logo_uri", Elsewhere), ("policy_uri", null))).BodyAsync();
        var none = await registration.ManageAsync(client, "PUT", Shop(("client_id", client.Text("client_id")), ("logo_uri", "https://cdn.example.test/other.png"))).BodyAsync();

        Assert.Equal([Elsewhere, null, Terms], ShownBy(same));
        Assert.Equal([null, Policy, Terms], ShownBy(none));
    }

    [Fact]
    public async Task A_person_sees_it_where_a_device_asks_as_well()
    {
        using var manager = await System.ManagerAsync();
        var client = await manager.SendAsync("POST", "clients", new { clientId = Unique("device"), type = "device", scopes = new[] { "openid" }, logoUri = Logo, tosUri = Terms }).BodyAsync(HttpStatusCode.Created);
        using var person = (await System.PersonAsync(Unique("lena"))).Person;

        var question = await person.EnterAsync((await System.StartDeviceOfAsync(client.Text("clientId")!, ("scope", "openid"))).UserCode);

        Assert.Equal("/connect/verify", question.PathOf());
        Assert.Contains($"src=\"{Logo}\"", await question.TextAsync(), StringComparison.Ordinal);
        Assert.Contains($"href=\"{Terms}\"", await question.TextAsync(), StringComparison.Ordinal);
        Assert.Contains("img-src 'self' data: https://shop.example.test:8443;", PolicyOf(question), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_shows_nothing_changes_no_policy()
    {
        var name = Unique("lena");
        await System.CreateUserAsync(name);
        using var visitor = await System.VisitorOfAsync(new(Unique("plain"), IdentityServer.Clients.ClientType.Web) { Scopes = ["openid"], RequireConsent = true });

        var signIn = await visitor.FollowAsync(await visitor.Http.GetAsync(visitor.AuthorizeUrl()));
        var consent = await visitor.SubmitAsync(signIn, new() { ["username"] = name, ["password"] = RunningSystem.Password });

        Assert.Equal("/account/consent", consent.PathOf());
        Assert.Contains(Usual, PolicyOf(consent), StringComparison.Ordinal);
        Assert.DoesNotContain("client-links", await consent.TextAsync(), StringComparison.Ordinal);
    }

    private static Dictionary<string, object?> Shop(params (string Name, object? Value)[] more) =>
        Web([("redirect_uris", new[] { Callback }), ("logo_uri", Logo), ("policy_uri", Policy), ("tos_uri", Terms), .. more]);

    private static IEnumerable<string?> ShownBy(JsonElement client) =>
        new[] { "logo_uri", "policy_uri", "tos_uri" }.Select(member => client.TryGetProperty(member, out var shown) ? shown.GetString() : null);

    private static string PolicyOf(HttpResponseMessage page) => Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
}
