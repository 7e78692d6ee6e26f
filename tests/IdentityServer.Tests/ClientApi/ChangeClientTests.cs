using System.Net;
using UserDomain.IdentityServer.Tests.Protocol;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.ClientApi;

public sealed class ChangeClientTests(RunningSystem system)
{
    [Fact]
    public async Task What_is_named_is_changed_and_everything_else_stays()
    {
        using var manager = await system.ManagerAsync("users:read");
        var client = await manager.CreateWebAsync("users:read");

        var changed = await manager.SendAsync("PATCH", client.Path(), new { displayName = "Shop", requireConsent = true }, ("If-Match", "\"1\"")).BodyAsync();

        Assert.Equal("Shop", changed.Text("displayName"));
        Assert.True(changed.GetProperty("requireConsent").GetBoolean());
        Assert.Equal(2, changed.GetProperty("version").GetInt64());
        foreach (var member in new[] { "id", "clientId", "type", "redirectUris", "scopes", "grants", "secrets", "createdAt" })
        {
            Assert.Equal(client.GetProperty(member).GetRawText(), changed.GetProperty(member).GetRawText());
        }

        await system.TokenAsync(client.With()).ErrorAsync(HttpStatusCode.BadRequest, "unauthorized_client");
    }

    [Fact]
    public async Task A_change_works_at_once()
    {
        using var manager = await system.ManagerAsync("users:read", "roles:read");
        var client = await manager.CreateServiceAsync("users:read");
        await system.TokenAsync(client.With(), ("scope", "roles:read")).ErrorAsync(HttpStatusCode.BadRequest, "invalid_scope");

        await manager.SendAsync("PATCH", client.Path(), new { scopes = new[] { "users:read", "roles:read" } }).BodyAsync();

        await system.TokenAsync(client.With(), ("scope", "roles:read")).BodyAsync();
    }

    [Fact]
    public async Task A_change_that_changes_nothing_is_no_version_and_no_event()
    {
        using var manager = await system.ManagerAsync();
        var client = await manager.CreateServiceAsync();

        var same = await manager.SendAsync("PATCH", client.Path(), new { requireConsent = false, scopes = Array.Empty<string>() }).BodyAsync();
        await manager.SendAsync("DELETE", client.Path()).DoneAsync();

        Assert.Equal(1, same.GetProperty("version").GetInt64());
        Assert.DoesNotContain(await system.EventsAsync(client.Text("clientId")!, "client.deleted"), audit => audit.Text("type") == "client.updated");
    }

    [Fact]
    public async Task API_03_Of_two_changes_of_one_version_at_once_one_is_made()
    {
        using var manager = await system.ManagerAsync();
        var client = await manager.CreateServiceAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(number =>
            manager.SendAsync("PATCH", client.Path(), new { displayName = $"name {number}" }, ("If-Match", "\"1\""))));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        foreach (var refused in answers.Where(answer => answer.StatusCode != HttpStatusCode.OK))
        {
            await Task.FromResult(refused).ProblemAsync(HttpStatusCode.PreconditionFailed, "version-mismatch");
        }

        Assert.Equal(2, (await manager.SendAsync("GET", client.Path()).BodyAsync()).GetProperty("version").GetInt64());
    }

    [Theory]
    [InlineData("PATCH", "")]
    [InlineData("DELETE", "")]
    [InlineData("POST", "/disable")]
    [InlineData("POST", "/enable")]
    [InlineData("POST", "/secrets")]
    public async Task API_03_Whatever_is_done_for_another_version_is_refused(string method, string path)
    {
        using var manager = await system.ManagerAsync();
        var client = await manager.CreateServiceAsync();

        await manager.SendAsync(method, client.Path() + path, method == "PATCH" ? new { displayName = "lost" } : null, ("If-Match", "\"7\""))
            .ProblemAsync(HttpStatusCode.PreconditionFailed, "version-mismatch");

        Assert.Equal(1, (await manager.SendAsync("GET", client.Path()).BodyAsync()).GetProperty("version").GetInt64());
    }

    [Fact]
    public async Task Where_a_client_is_told_of_closed_sessions_is_changed_and_taken_away()
    {
        using var manager = await system.ManagerAsync();
        var client = await manager.CreateWebAsync();

        var told = await manager.SendAsync("PATCH", client.Path(), new { backchannelLogoutUri = "https://shop.example.test/logout", backchannelLogoutSessionRequired = true }).BodyAsync();
        var other = await manager.SendAsync("PATCH", client.Path(), new { displayName = "Shop" }).BodyAsync();
        var nowhere = await manager.SendAsync("PATCH", client.Path(), new { backchannelLogoutUri = "" }).BodyAsync();

        Assert.Equal((null, false), (client.Text("backchannelLogoutUri"), client.GetProperty("backchannelLogoutSessionRequired").GetBoolean()));
        Assert.Equal(("https://shop.example.test/logout", true), (told.Text("backchannelLogoutUri"), told.GetProperty("backchannelLogoutSessionRequired").GetBoolean()));
        Assert.Equal(("https://shop.example.test/logout", true), (other.Text("backchannelLogoutUri"), other.GetProperty("backchannelLogoutSessionRequired").GetBoolean()));
        Assert.Equal((null, false), (nowhere.Text("backchannelLogoutUri"), nowhere.GetProperty("backchannelLogoutSessionRequired").GetBoolean()));
        await manager.SendAsync("PATCH", client.Path(), new { backchannelLogoutUri = "http://shop.example.test/logout" }).RefusedAsync("backchannelLogoutUri");
        await manager.SendAsync("PATCH", client.Path(), new { backchannelLogoutSessionRequired = true }).RefusedAsync("backchannelLogoutSessionRequired");
    }

    [Fact]
    public async Task What_would_not_be_registered_is_not_changed_to_either()
    {
        using var manager = await system.ManagerAsync();
        var client = await manager.CreateWebAsync();

        await manager.SendAsync("PATCH", client.Path(), new { redirectUris = Array.Empty<string>() }).RefusedAsync("redirectUris");
        await manager.SendAsync("PATCH", client.Path(), new { redirectUris = new[] { "https://*.example.test/" } }).RefusedAsync("redirectUris[0]");
        await manager.SendAsync("PATCH", client.Path(), new { scopes = new[] { "openid", "nothing" } }).RefusedAsync("scopes[1]");
        await manager.SendAsync("PATCH", client.Path(), new { clientId = "other" }).ProblemAsync(HttpStatusCode.BadRequest, "unreadable-request");
        await manager.SendAsync("PATCH", client.Path(), new { type = "spa" }).ProblemAsync(HttpStatusCode.BadRequest, "unreadable-request");
    }

    [Fact]
    public async Task A_scope_that_is_taken_away_is_not_brought_back_by_a_refresh()
    {
        using var manager = await system.ManagerAsync("users:read");
        var name = ClientCalls.UniqueId("cora");
        await system.CreateUserAsync(name);
        var client = await manager.CreateWebAsync("users:read");
        using var visitor = new WebVisitor(system.PublicUrl, client.Text("clientId")!, client.Text("clientSecret")!, ["openid", "offline_access", "users:read"]);
        var tokens = await visitor.SignInAsync(name, RunningSystem.Password);

        await manager.SendAsync("PATCH", client.Path(), new { scopes = new[] { "openid", "offline_access" } }).BodyAsync();

        await visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
    }

    [Fact]
    public async Task AUD_02_The_trail_tells_what_was_changed()
    {
        using var manager = await system.ManagerAsync();
        var client = await manager.CreateServiceAsync();
        await manager.SendAsync("PATCH", client.Path(), new { displayName = "After" }).BodyAsync();

        var changed = (await system.EventsAsync(client.Text("clientId")!, "client.updated"))[^1];

        Assert.Equal(manager.ClientId(), changed.GetProperty("actor").Text("id"));
        Assert.Equal($$"""{"displayName":"{{client.Text("clientId")}}"}""", changed.GetProperty("before").Compact());
        Assert.Equal("""{"displayName":"After"}""", changed.GetProperty("after").Compact());
    }
}
