using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using UserDomain.IdentityServer.Tests.ClientApi;
using UserDomain.IdentityServer.Tests.Keys;
using UserDomain.IdentityServer.Tests.Protocol.Assertions;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.ClientDocuments;

/// <summary>Clients that nobody registered and a document describes (Client ID Metadata Document).</summary>
public sealed class DescribedClientTests(DocumentSystem documents) : IClassFixture<DocumentSystem>
{
    private RunningSystem System => documents.System;

    [Fact]
    public async Task A_person_signs_in_to_a_client_nobody_registered_and_it_goes_on_without_them()
    {
        var id = documents.Publish();
        var user = await System.CreateUserAsync("to-described");
        using var visitor = documents.Visitor(id);

        var code = await visitor.CodeAsync("to-described", RunningSystem.Password, ("redirect_uri", documents.Callback));
        var tokens = await documents.RedeemAsync(visitor, code).BodyAsync();
        var renewed = await System.PostAsync("connect/token", ("grant_type", "refresh_token"), ("refresh_token", tokens.Text("refresh_token")!), ("client_id", id)).BodyAsync();

        Assert.Equal(id, Jwt.ClaimsOf(tokens.Text("id_token")!).Text("aud"));
        Assert.Equal(user.ToString(), Jwt.ClaimsOf(renewed.Text("access_token")!).Text("sub"));
        Assert.Equal(1, documents.AskedFor(id));
        await System.EventAsync(id, "client.created");
    }

    [Fact]
    public async Task SES_04_Such_a_client_is_told_at_its_own_host_that_a_session_was_closed()
    {
        var logout = new Uri(documents.Host.Url, $"logout/{ClientCalls.UniqueId()}").AbsoluteUri;
        var id = documents.Publish(("backchannel_logout_uri", logout), ("backchannel_logout_session_required", true));
        var user = await System.CreateUserAsync("told-described");
        using var visitor = documents.Visitor(id);
        await documents.RedeemAsync(visitor, await visitor.CodeAsync("told-described", RunningSystem.Password, ("redirect_uri", documents.Callback))).BodyAsync();

        using var administrator = await System.ClientWithAsync(["sessions:write"]);
        await administrator.SendAsync("DELETE", $"sessions?user={user}").BodyAsync();

        await KeyCalls.UntilAsync(() => Task.FromResult(documents.AskedFor(logout) > 0));
    }

    [Fact]
    public async Task CLI_03_A_person_is_asked_about_the_host_and_told_that_nobody_checked_the_name()
    {
        var id = documents.Publish(("client_name", "Bank & <b>Trust</b>"), ("logo_uri", new Uri(documents.Host.Url, "logo.png").AbsoluteUri));
        await System.CreateUserAsync("asked-about-host");
        using var visitor = documents.Visitor(id);

        var page = await visitor.FollowAsync(await visitor.Http.GetAsync(visitor.AuthorizeUrl(("redirect_uri", documents.Callback))));
        var signIn = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        page = await visitor.SubmitAsync(page, new() { ["username"] = "asked-about-host", ["password"] = RunningSystem.Password });
        var consent = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal("/account/consent", page.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.Contains($"Allow {documents.Host.Url.Authority} to use your account?", consent, StringComparison.Ordinal);
        Assert.Contains("calls itself &#x201C;Bank &amp; &lt;b&gt;Trust&lt;/b&gt;&#x201D;, which nobody here has checked", consent, StringComparison.Ordinal);
        Assert.DoesNotContain("logo", consent, StringComparison.Ordinal);
        Assert.Contains(documents.Host.Url.Authority, signIn, StringComparison.Ordinal);
        Assert.DoesNotContain("Bank", signIn, StringComparison.Ordinal);
        Assert.Equal(1, documents.AskedFor(id));
    }

    [Fact]
    public async Task CLI_03_A_person_is_asked_once_by_a_client_on_its_host_and_each_time_by_one_on_their_own_device()
    {
        await System.CreateUserAsync("asked-again");
        var (web, native) = (documents.Publish(), documents.Publish(("redirect_uris", new[] { "http://127.0.0.1/callback" })));
        using var ofWeb = documents.Visitor(web);
        using var ofNative = documents.Visitor(native);

        await ofWeb.CodeAsync("asked-again", RunningSystem.Password, ("redirect_uri", documents.Callback));
        var atOnce = await ofWeb.Http.GetAsync(ofWeb.AuthorizeUrl(("redirect_uri", documents.Callback)), TestContext.Current.CancellationToken);
        await ofNative.CodeAsync("asked-again", RunningSystem.Password, ("redirect_uri", "http://127.0.0.1:4711/callback"));
        var again = await ofNative.Http.GetAsync(ofNative.AuthorizeUrl(("redirect_uri", "http://127.0.0.1:4711/callback")), TestContext.Current.CancellationToken);
        var silent = await ofNative.Http.GetAsync(ofNative.AuthorizeUrl(("redirect_uri", "http://127.0.0.1:4711/callback"), ("prompt", "none")), TestContext.Current.CancellationToken);

        Assert.Contains("code", WebVisitor.QueryOf(atOnce));
        Assert.Equal("/account/consent", again.Headers.Location!.OriginalString.Split('?')[0]);
        Assert.Equal("consent_required", WebVisitor.QueryOf(silent)["error"]);
    }

    [Fact]
    public async Task CLI_03_A_client_whose_document_changed_asks_again()
    {
        await System.CreateUserAsync("asked-anew");
        var id = documents.Publish();
        using var visitor = documents.Visitor(id);
        await visitor.CodeAsync("asked-anew", RunningSystem.Password, ("redirect_uri", documents.Callback));
        documents.Replace(id, answer: null, ("redirect_uris", new[] { documents.Callback, new Uri(documents.Host.Url, "other").AbsoluteUri }));

        documents.Clock.Move(TimeSpan.FromMinutes(6));
        var again = await visitor.Http.GetAsync(visitor.AuthorizeUrl(("redirect_uri", new Uri(documents.Host.Url, "other").AbsoluteUri)), TestContext.Current.CancellationToken);

        Assert.Equal("/account/consent", again.Headers.Location!.OriginalString.Split('?')[0]);
        await System.EventAsync(id, "client.updated");
    }

    [Fact]
    public async Task What_the_document_does_not_say_any_more_ends_what_people_gave()
    {
        await System.CreateUserAsync("given-less");
        var id = documents.Publish();
        using var visitor = documents.Visitor(id);
        var tokens = await documents.RedeemAsync(visitor, await visitor.CodeAsync("given-less", RunningSystem.Password, ("redirect_uri", documents.Callback))).BodyAsync();
        documents.Replace(id, answer: null, ("scope", "openid offline_access"));

        documents.Clock.Move(TimeSpan.FromMinutes(6));

        await System.PostAsync("connect/token", ("grant_type", "refresh_token"), ("refresh_token", tokens.Text("refresh_token")!), ("client_id", id)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
    }

    [Fact]
    public async Task CLI_01_A_client_proves_itself_with_a_key_of_its_document_and_not_without()
    {
        using var key = DpopKey.Create();
        using var other = DpopKey.Create();
        var id = documents.Publish(
            ("token_endpoint_auth_method", "private_key_jwt"), ("jwks", AssertionCalls.Set((AssertionCalls.Kid, key))), ("grant_types", new[] { "authorization_code", "refresh_token", "client_credentials" }));
        await System.CreateUserAsync("by-key");
        using var visitor = documents.Visitor(id);
        var code = await visitor.CodeAsync("by-key", RunningSystem.Password, ("redirect_uri", documents.Callback));
        (string, string)[] form = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", documents.Callback), ("code_verifier", visitor.Verifier)];

        await System.PostAsync("connect/token", [.. form, ("client_id", id)]).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await System.PostAsync("connect/token", [.. form, .. AssertionCalls.Form(AssertionOf(id, other))]).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        var tokens = await System.PostAsync("connect/token", [.. form, .. AssertionCalls.Form(AssertionOf(id, key))]).BodyAsync();

        Assert.Equal(id, Jwt.ClaimsOf(tokens.Text("access_token")!).Text("client_id"));
        await System.PostAsync("connect/token", [("grant_type", "client_credentials"), .. AssertionCalls.Form(AssertionOf(id, key))]).ErrorAsync(HttpStatusCode.BadRequest, "unauthorized_client");
    }

    [Fact]
    public async Task A_client_pushes_its_request_before_anybody_knows_it()
    {
        var id = documents.Publish();
        await System.CreateUserAsync("pushed-to");
        using var visitor = documents.Visitor(id);
        var parameters = QueryHelpers.ParseQuery(visitor.AuthorizeUrl(("redirect_uri", documents.Callback)).Split('?')[1]).Select(pair => (pair.Key, pair.Value.ToString())).ToArray();

        var pushed = await System.PostAsync("connect/par", parameters).BodyAsync(HttpStatusCode.Created);
        var url = QueryHelpers.AddQueryString("connect/authorize", new Dictionary<string, string?> { ["client_id"] = id, ["request_uri"] = pushed.Text("request_uri") });
        var page = await visitor.FollowAsync(await visitor.Http.GetAsync(url));

        Assert.Equal("/account/sign-in", page.RequestMessage!.RequestUri!.AbsolutePath);
    }

    [Fact]
    public async Task AUZ_04_A_client_asks_for_no_scope_of_an_API_until_an_operator_takes_it_over()
    {
        var id = documents.Publish(("scope", "openid profile users:read"));
        using var visitor = documents.Visitor(id, "openid", "users:read");
        var url = visitor.AuthorizeUrl(("redirect_uri", documents.Callback));
        var refused = await visitor.Http.GetAsync(url, TestContext.Current.CancellationToken);
        using var manager = await System.ManagerAsync("users:read");
        var path = await PathAsync(manager, id);

        await manager.SendAsync("PATCH", path, new { scopes = new[] { "openid", "users:read" } }, ("If-Match", "*")).BodyAsync();
        documents.Withdraw(id);
        documents.Clock.Move(TimeSpan.FromDays(2));
        var taken = await visitor.Http.GetAsync(url, TestContext.Current.CancellationToken);

        Assert.Equal("invalid_scope", WebVisitor.QueryOf(refused)["error"]);
        Assert.Equal(HttpStatusCode.SeeOther, taken.StatusCode);
        Assert.Equal(1, documents.AskedFor(id));
    }

    [Fact]
    public async Task A_client_an_operator_has_disabled_stays_that_and_its_host_is_left_alone()
    {
        var id = documents.Publish();
        Assert.True(await documents.IsTakenAsync(id));
        using var manager = await System.ManagerAsync();
        await manager.SendAsync("POST", $"{await PathAsync(manager, id)}/disable").BodyAsync();

        documents.Clock.Move(TimeSpan.FromDays(2));
        using var answer = await documents.AuthorizeAsync(id);

        Assert.Equal("unauthorized_client", WebVisitor.QueryOf(answer)["error"]);
        await System.PostAsync("connect/token", ("grant_type", "authorization_code"), ("code", "none"), ("code_verifier", new string('v', 43)), ("client_id", id))
            .ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        Assert.Equal(1, documents.AskedFor(id));
    }

    [Fact]
    public async Task Discovery_says_that_documents_are_read()
    {
        using var client = System.Anonymous();
        var document = await client.GetAsync(new Uri(".well-known/openid-configuration", UriKind.Relative), TestContext.Current.CancellationToken);
        using var body = JsonDocument.Parse(await document.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.True(body.RootElement.GetProperty("client_id_metadata_document_supported").GetBoolean());
    }

    private static async Task<string> PathAsync(HttpClient manager, string id) =>
        (await manager.SendAsync("GET", $"clients?query={Uri.EscapeDataString(id)}").BodyAsync()).GetProperty("items").EnumerateArray().Single().Path();

    // By the clock of the server.
    private string AssertionOf(string id, DpopKey key) => System.AssertionOf(id, key, (_, claims) =>
    {
        var now = documents.Clock.GetUtcNow().ToUnixTimeSeconds();
        (claims["iat"], claims["exp"]) = (now, now + 60);
    });
}
