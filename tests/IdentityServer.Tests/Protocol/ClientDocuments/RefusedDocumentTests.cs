using System.Net;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Protocol.ClientDocuments;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.ClientDocuments;

/// <summary>Ids and documents that make no client. Nobody is sent anywhere by them.</summary>
public sealed class RefusedDocumentTests(DocumentSystem documents, RunningSystem usual) : IClassFixture<DocumentSystem>
{
    private RunningSystem System => documents.System;

    [Theory]
    [InlineData("https://HOST/a.json#here")]
    [InlineData("https://HOST/a.json#")]
    [InlineData("https://name:password@HOST/a.json")]
    [InlineData("https://HOST/a/../b.json")]
    [InlineData("https://HOST/a/./b.json")]
    [InlineData("https://HOST/a/%2e%2e/b.json")]
    [InlineData("https://HOST/a\\b.json")]
    [InlineData("https://HOST")]
    [InlineData("https://HOST/LONG")]
    [InlineData("https://LOCALHOST:1/a.json")]
    [InlineData("https://localhost:443/a.json")]
    [InlineData("https:///a.json")]
    [InlineData("https://")]
    [InlineData("http://HOST/a.json")]
    public async Task OUT_01_An_id_that_is_no_proper_https_URL_has_nobody_asked(string form)
    {
        var asked = documents.Host.Asked;
        var id = form.Replace("HOST", documents.Host.Url.Authority, StringComparison.Ordinal).Replace("LONG", new string('l', 255), StringComparison.Ordinal);

        await documents.RefusedAsync(id);

        Assert.Equal(asked, documents.Host.Asked);
    }

    [Fact]
    public async Task OUT_01_A_document_inside_of_a_private_network_is_not_asked_for()
    {
        var asked = documents.Host.Asked;

        var byAddress = await documents.RefusedAsync(new Uri(documents.Host.UrlByAddress, "a.json").AbsoluteUri);
        documents.Clock.Move(DocumentBudget.Window);
        var byOtherName = await documents.RefusedAsync($"https://[::1]:{documents.Host.Url.Port}/a.json");

        Assert.Equal(asked, documents.Host.Asked);
        Assert.Equal("The document at the client_id could not be had. It is asked for again in a minute.", byAddress);
        Assert.Equal(byAddress, byOtherName);
    }

    [Theory]
    [InlineData(404, "application/json")]
    [InlineData(500, "application/json")]
    [InlineData(201, "application/json")]
    [InlineData(200, "text/html")]
    [InlineData(200, "text/json")]
    public async Task What_is_not_answered_as_a_document_is_none(int status, string type)
    {
        var id = documents.Publish(DocumentSystem.Json(type: type, status: status));

        await documents.RefusedAsync(id);

        Assert.Equal(1, documents.AskedFor(id));
    }

    [Fact]
    public async Task A_document_of_another_type_of_JSON_is_one() =>
        Assert.True(await documents.IsTakenAsync(documents.Publish(DocumentSystem.Json(type: "application/cimd+json"))));

    [Fact]
    public async Task OUT_01_A_redirect_is_not_followed()
    {
        var target = documents.Publish();
        var id = documents.Publish((context, _) =>
        {
            context.Response.Redirect(target);
            return Task.CompletedTask;
        });

        await documents.RefusedAsync(id);

        Assert.Equal(0, documents.AskedFor(target));
    }

    [Theory]
    [InlineData(DocumentFetcher.MaxBytes, true)]
    [InlineData(DocumentFetcher.MaxBytes + 1, false)]
    public async Task OUT_01_A_document_has_at_most_5_KB(int bytes, bool isTaken)
    {
        var id = documents.Publish((context, json) => DocumentSystem.Json()(context, json.PadRight(bytes)));

        Assert.Equal(isTaken, await documents.IsTakenAsync(id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("""{"client_id":1}""")]
    [InlineData("""{"client_id":"a","client_id":"a"}""")]
    [InlineData("{}")]
    public async Task What_is_no_metadata_of_a_client_makes_none(string body) =>
        await documents.RefusedAsync(documents.Publish((context, _) => DocumentSystem.Json()(context, body)));

    [Fact]
    public async Task A_document_of_another_client_makes_none()
    {
        var other = documents.Publish();
        var id = documents.Publish(("client_id", other));

        Assert.Contains("client_id", await documents.RefusedAsync(id), StringComparison.Ordinal);
        Assert.Contains("client_id", await documents.RefusedAsync(documents.Publish(("client_id", null))), StringComparison.Ordinal);
        var query = $"{documents.Publish()}?a=b";
        Assert.Contains("client_id", await documents.RefusedAsync(query), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("token_endpoint_auth_method", "client_secret_basic")]
    [InlineData("token_endpoint_auth_method", "client_secret_post")]
    [InlineData("token_endpoint_auth_method", "client_secret_jwt")]
    [InlineData("token_endpoint_auth_method", "tls_client_auth")]
    [InlineData("client_secret", "0123456789012345678901234567890123456789")]
    [InlineData("client_secret_expires_at", 0)]
    [InlineData("grant_types", new[] { "client_credentials" })]
    [InlineData("backchannel_logout_uri", "https://shop.example.test/out")]
    [InlineData("redirect_uris", new string[0])]
    [InlineData("client_name", "Shop\u202Epohs")]
    public async Task CLI_01_A_document_asks_for_no_secret_and_nothing_that_is_not_for_it(string member, object value)
    {
        var why = await documents.RefusedAsync(documents.Publish((member, value)));

        Assert.Contains(member, why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://elsewhere.example.test/callback", false)]
    [InlineData("https://localhost/callback", false)]
    [InlineData("http://elsewhere.example.test/callback", false)]
    [InlineData("com.example.elsewhere:/callback", false)]
    [InlineData("localhosts.app:/callback", false)]
    [InlineData("https://HOST/callback#here", false)]
    [InlineData("https://HOST/*", false)]
    [InlineData("localhost.app:/callback", true)]
    [InlineData("http://127.0.0.1/callback", true)]
    [InlineData("http://localhost:1234/callback", true)]
    public async Task TOK_03_A_document_names_addresses_of_its_host_and_of_the_persons_own_device_only(string form, bool isTaken)
    {
        var redirectUri = form.Replace("HOST", documents.Host.Url.Authority, StringComparison.Ordinal);
        var id = documents.Publish(("redirect_uris", new[] { documents.Callback, redirectUri }));

        Assert.Equal(isTaken, await documents.IsTakenAsync(id));
    }

    [Fact]
    public async Task TOK_03_A_code_goes_nowhere_the_document_does_not_name()
    {
        var id = documents.Publish();

        using var answer = await documents.AuthorizeAsync(id, ("redirect_uri", documents.Callback + "/more"));

        Assert.Equal((HttpStatusCode.BadRequest, null), (answer.StatusCode, answer.Headers.Location));
        Assert.True(await documents.IsTakenAsync(id));
    }

    [Fact]
    public async Task TOK_01_A_client_without_a_code_challenge_is_refused()
    {
        using var answer = await documents.AuthorizeAsync(documents.Publish(), ("code_challenge", ""));

        Assert.Equal("invalid_request", WebVisitor.QueryOf(answer)["error"]);
    }

    [Fact]
    public async Task What_a_stranger_wrote_is_told_in_plain_characters_only()
    {
        var why = await documents.RefusedAsync(documents.Publish(("redirect_uris", new[] { "https://\"<é>\\.example.test/" + new string('x', 1000) })));

        Assert.All(why, character => Assert.True(character is >= ' ' and < (char)0x7f and not ('"' or '\\')));
        Assert.InRange(why.Length, 1, 400);
    }

    [Fact]
    public async Task Where_documents_are_not_taken_none_is_asked_for_and_discovery_says_nothing_of_them()
    {
        var id = documents.Publish();
        using var visitor = new WebVisitor(usual.PublicUrl, id, "", ["openid"]);

        using var answer = await visitor.Http.GetAsync(visitor.AuthorizeUrl(("redirect_uri", documents.Callback)), TestContext.Current.CancellationToken);
        var why = await usual.PostAsync("connect/token", ("grant_type", "authorization_code"), ("code", "none"), ("client_id", id)).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        using var client = usual.Anonymous();
        var discovery = await client.GetAsync(new Uri(".well-known/openid-configuration", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.BadRequest, null, 0), (answer.StatusCode, answer.Headers.Location, documents.AskedFor(id)));
        Assert.Equal("Clients that are described by a document are not taken here.", why.Text("error_description"));
        Assert.DoesNotContain("client_id_metadata", await discovery.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_documents_are_not_taken_any_more_a_client_that_was_known_by_one_is_refused()
    {
        var id = documents.Publish();
        await using (var scope = usual.PartOf<IServiceScopeFactory>().CreateAsyncScope())
        {
            Assert.Null(await scope.ServiceProvider.GetRequiredService<DocumentStore>().ApplyAsync(
                new(id, ClientType.Spa) { RedirectUris = [documents.Callback], Scopes = ["openid"], RequireConsent = true }, TimeSpan.FromHours(1), TestContext.Current.CancellationToken));
        }

        using var visitor = new WebVisitor(usual.PublicUrl, id, "", ["openid"]);
        using var answer = await visitor.Http.GetAsync(visitor.AuthorizeUrl(("redirect_uri", documents.Callback)), TestContext.Current.CancellationToken);
        var why = await usual.PostAsync("connect/token", ("grant_type", "refresh_token"), ("refresh_token", "none"), ("client_id", id)).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");

        Assert.Equal((HttpStatusCode.BadRequest, null), (answer.StatusCode, answer.Headers.Location));
        Assert.Equal("Clients that are described by a document are not taken here.", why.Text("error_description"));
        Assert.Equal(0, documents.AskedFor(id));
    }
}
