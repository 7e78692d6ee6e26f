using System.Net;
using System.Text.Json;
using UserDomain.IdentityServer.Tests.ClientApi;
using UserDomain.Testing;
using static UserDomain.IdentityServer.Tests.Protocol.Registration.RegistrationSystem;

namespace UserDomain.IdentityServer.Tests.Protocol.Registration;

/// <summary>Clients that are registered by the protocol (RFC 7591).</summary>
public sealed class RegisterTests(RegistrationSystem registration, RunningSystem closed) : IClassFixture<RegistrationSystem>
{
    private RunningSystem System => registration.System;

    [Fact]
    public async Task CLI_01_CLI_03_A_web_application_has_the_defaults_of_the_standard_and_people_are_asked()
    {
        var client = await registration.RegisterAsync(Web(("contacts", new[] { "ops@shop.example.test" }), ("unheard_of", true)));

        Assert.Equal("Shop", client.Text("client_name"));
        Assert.Equal("web", client.Text("application_type"));
        Assert.Equal([WebVisitor.RedirectUri], client.Strings("redirect_uris"));
        Assert.Equal(["authorization_code"], client.Strings("grant_types"));
        Assert.Equal(["code"], client.Strings("response_types"));
        Assert.Equal("client_secret_basic", client.Text("token_endpoint_auth_method"));
        Assert.Equal("email openid profile", client.Text("scope"));
        Assert.Equal("RS256", client.Text("id_token_signed_response_alg"));
        Assert.Equal(43, client.Text("client_secret")!.Length);
        Assert.Equal(0, client.GetProperty("client_secret_expires_at").GetInt64());
        Assert.InRange(client.GetProperty("client_id_issued_at").GetInt64(), TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 60, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 1);
        Assert.Equal(43, client.Text("registration_access_token")!.Length);
        Assert.Equal(new Uri(System.PublicUrl, $"connect/register/{client.Text("client_id")}").AbsoluteUri, client.Text("registration_client_uri"));
        Assert.False(client.TryGetProperty("contacts", out _));

        var name = Unique("rory");
        await System.CreateUserAsync(name);
        using var visitor = new WebVisitor(System.PublicUrl, client.Text("client_id")!, client.Text("client_secret")!, ["openid"]);
        var page = await visitor.FollowAsync(await visitor.Http.GetAsync(visitor.AuthorizeUrl()));
        var consent = await visitor.SubmitAsync(page, new() { ["username"] = name, ["password"] = RunningSystem.Password });
        Assert.Equal("/account/consent", consent.RequestMessage!.RequestUri!.AbsolutePath);
        var arrived = await visitor.SubmitAsync(consent, new() { ["decision"] = "allow" });
        Assert.NotNull((await visitor.RedeemAsync(WebVisitor.QueryOf(arrived)["code"]!)).IdToken);
    }

    [Fact]
    public async Task What_was_asked_for_is_what_is_told()
    {
        var asked = Web(
            ("grant_types", new[] { "authorization_code", "refresh_token" }), ("response_types", new[] { "code" }), ("token_endpoint_auth_method", "client_secret_post"),
            ("scope", "openid offline_access users:read"), ("post_logout_redirect_uris", new[] { WebVisitor.PostLogoutRedirectUri }), ("id_token_signed_response_alg", "ES256"),
            ("userinfo_signed_response_alg", "PS256"), ("introspection_signed_response_alg", "ES256"), ("authorization_signed_response_alg", "PS256"),
            ("require_pushed_authorization_requests", true), ("dpop_bound_access_tokens", true), ("subject_type", "public"), ("application_type", "web"),
            ("backchannel_logout_uri", "https://shop.example.test/out?of=us"), ("backchannel_logout_session_required", true));

        var client = await registration.RegisterAsync(asked, "users:read");

        foreach (var (name, value) in asked.Where(pair => pair.Key != "scope"))
        {
            Assert.Equal(JsonSerializer.Serialize(value), client.GetProperty(name).Compact());
        }

        Assert.Equal("offline_access openid users:read", client.Text("scope"));
    }

    [Theory]
    [InlineData("""{ "application_type": "native", "redirect_uris": ["com.example.app:/callback"] }""", "none", "native")]
    [InlineData("""{ "token_endpoint_auth_method": "none", "redirect_uris": ["https://app.example.test/callback"] }""", "none", "web")]
    [InlineData("""{ "token_endpoint_auth_method": "none", "grant_types": ["urn:ietf:params:oauth:grant-type:device_code"] }""", "none", "web")]
    [InlineData("""{ "token_endpoint_auth_method": "private_key_jwt", "grant_types": ["client_credentials"], "jwks_uri": "https://keys.example.test/jwks", "response_types": [] }""", "private_key_jwt", "web")]
    [InlineData("""{ "redirect_uris": ["https://app.example.test/callback"], "jwks": { "keys": [] }, "software_statement": null }""", "client_secret_basic", "web")]
    public async Task Every_kind_of_client_may_be_registered_and_only_who_can_keep_a_secret_has_one(string metadata, string method, string type)
    {
        var client = await registration.RegisterAsync(JsonSerializer.Deserialize<JsonElement>(metadata));

        Assert.Equal((method, type), (client.Text("token_endpoint_auth_method"), client.Text("application_type")));
        Assert.Equal(method == "client_secret_basic", client.TryGetProperty("client_secret", out _));
        Assert.Equal(method == "client_secret_basic", client.TryGetProperty("client_secret_expires_at", out _));
        Assert.Equal(method == "private_key_jwt", client.TryGetProperty("jwks_uri", out _));
        Assert.False(client.TryGetProperty("jwks", out _));
    }

    [Theory]
    [InlineData("invalid_redirect_uri", """{ "redirect_uris": ["https://shop.example.test/callback#fragment"] }""")]
    [InlineData("invalid_redirect_uri", """{ "redirect_uris": ["javascript:alert(1)"] }""")]
    [InlineData("invalid_redirect_uri", """{ "redirect_uris": ["javascript:alert(1)"], "application_type": "native" }""")]
    [InlineData("invalid_redirect_uri", """{ "redirect_uris": ["data:text/html;base64,PHNjcmlwdD4="] }""")]
    [InlineData("invalid_redirect_uri", """{ "redirect_uris": ["http://shop.example.test/"] }""")]
    [InlineData("invalid_redirect_uri", """{ "redirect_uris": ["https://*.example.test/"] }""")]
    [InlineData("invalid_redirect_uri", """{ "redirect_uris": ["/callback"] }""")]
    [InlineData("invalid_redirect_uri", """{ "redirect_uris": [] }""")]
    [InlineData("invalid_redirect_uri", """{ "redirect_uris": [null] }""")]
    [InlineData("invalid_redirect_uri", """{ "redirect_uris": "https://shop.example.test/" }""")]
    [InlineData("invalid_redirect_uri", """{ "redirect_uris": [["https://shop.example.test/"]] }""")]
    [InlineData("invalid_redirect_uri", "{ }")]
    [InlineData("invalid_client_metadata", "[]")]
    [InlineData("invalid_client_metadata", "null")]
    [InlineData("invalid_client_metadata", "{")]
    [InlineData("invalid_client_metadata", """{ "client_name": "a", "client_name": "b", + }""")]
    [InlineData("invalid_client_metadata", """{ "client_name": "\ud800", + }""")]
    [InlineData("invalid_client_metadata", """{ "client_name": "a\u202Eb", + }""")]
    [InlineData("invalid_client_metadata", """{ "client_name": 7, + }""")]
    [InlineData("invalid_client_metadata", """{ "client_name": "", + }""")]
    [InlineData("invalid_client_metadata", """{ "application_type": "desktop", + }""")]
    [InlineData("invalid_client_metadata", """{ "application_type": "native", "token_endpoint_auth_method": "client_secret_basic", + }""")]
    [InlineData("invalid_client_metadata", """{ "token_endpoint_auth_method": "client_secret_jwt", + }""")]
    [InlineData("invalid_client_metadata", """{ "token_endpoint_auth_method": "private_key_jwt", + }""")]
    [InlineData("invalid_client_metadata", """{ "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "http://keys.example.test/", + }""")]
    [InlineData("invalid_client_metadata", """{ "jwks": { "keys": [] }, "jwks_uri": "https://keys.example.test/", + }""")]
    [InlineData("invalid_client_metadata", """{ "token_endpoint_auth_method": "none", "grant_types": ["client_credentials"] }""")]
    [InlineData("invalid_client_metadata", """{ "grant_types": ["implicit"], + }""")]
    [InlineData("invalid_client_metadata", """{ "grant_types": ["password"], + }""")]
    [InlineData("invalid_client_metadata", """{ "grant_types": ["urn:ietf:params:oauth:grant-type:token-exchange"], + }""")]
    [InlineData("invalid_client_metadata", """{ "grant_types": [], + }""")]
    [InlineData("invalid_client_metadata", """{ "response_types": ["token"], + }""")]
    [InlineData("invalid_client_metadata", """{ "response_types": ["code", "id_token"], + }""")]
    [InlineData("invalid_client_metadata", """{ "response_types": [], + }""")]
    [InlineData("invalid_client_metadata", """{ "grant_types": ["client_credentials"], "response_types": ["code"] }""")]
    [InlineData("invalid_client_metadata", """{ "scope": "openid everything", + }""")]
    [InlineData("invalid_client_metadata", """{ "scope": ["openid"], + }""")]
    [InlineData("invalid_client_metadata", """{ "scope": "openid users:write", + }""")]
    [InlineData("invalid_client_metadata", """{ "id_token_signed_response_alg": "none", + }""")]
    [InlineData("invalid_client_metadata", """{ "id_token_encrypted_response_alg": "RSA-OAEP", + }""")]
    [InlineData("invalid_client_metadata", """{ "tls_client_certificate_bound_access_tokens": true, + }""")]
    [InlineData("invalid_client_metadata", """{ "backchannel_logout_uri": "http://shop.example.test/out", + }""")]
    [InlineData("invalid_client_metadata", """{ "backchannel_logout_session_required": true, + }""")]
    [InlineData("invalid_client_metadata", """{ "frontchannel_logout_uri": "https://shop.example.test/out", + }""")]
    [InlineData("invalid_client_metadata", """{ "subject_type": "pairwise", + }""")]
    [InlineData("invalid_client_metadata", """{ "post_logout_redirect_uris": ["javascript:alert(1)"], + }""")]
    [InlineData("unapproved_software_statement", """{ "software_statement": "eyJhbGciOiJub25lIn0.e30.", + }""")]
    public async Task What_cannot_be_is_refused_and_said(string error, string metadata)
    {
        using var registrar = await registration.RegistrarAsync();
        var json = metadata.Replace("+", "\"redirect_uris\": [\"https://shop.example.test/callback\"]", StringComparison.Ordinal);

        var body = await SendAsync(registrar, "POST", Url, json).ErrorAsync(HttpStatusCode.BadRequest, error);

        Assert.Matches("^[\\x20\\x21\\x23-\\x5B\\x5D-\\x7E]{10,500}$", body.Text("error_description"));
    }

    [Fact]
    public async Task API_01_What_is_too_much_is_refused()
    {
        using var registrar = await registration.RegistrarAsync();
        var uris = Enumerable.Range(0, 1000).Select(number => $"https://shop.example.test/{number}");
        await SendAsync(registrar, "POST", Url, JsonSerializer.Serialize(new { redirect_uris = uris })).ErrorAsync(HttpStatusCode.BadRequest, "invalid_redirect_uri");
        await SendAsync(registrar, "POST", Url, JsonSerializer.Serialize(Web(("client_name", new string('a', 101))))).ErrorAsync(HttpStatusCode.BadRequest, "invalid_client_metadata");
        await SendAsync(registrar, "POST", Url, JsonSerializer.Serialize(Web(("scope", new string('a', 2001))))).ErrorAsync(HttpStatusCode.BadRequest, "invalid_client_metadata");
        await SendAsync(registrar, "POST", Url, JsonSerializer.Serialize(Web(("x", new string('a', 65 * 1024))))).ErrorAsync(HttpStatusCode.RequestEntityTooLarge, "invalid_request");
        await SendAsync(registrar, "POST", Url, $"{{\"x\":{new string('[', 40)}{new string(']', 40)}}}").ErrorAsync(HttpStatusCode.BadRequest, "invalid_client_metadata");
        await SendAsync(registrar, "POST", Url, "a=b", type: "application/x-www-form-urlencoded").ErrorAsync(HttpStatusCode.UnsupportedMediaType, "invalid_request");
    }

    [Fact]
    public async Task AUZ_01_AUZ_04_Nobody_registers_without_the_right_to_or_more_than_they_hold()
    {
        var metadata = JsonSerializer.Serialize(Web(("scope", "openid users:read")));
        using var nobody = System.Anonymous();
        using var otherApi = await System.ClientWithAsync(["users:read"]);
        using var manager = await System.ClientWithAsync(["clients:read", "clients:write"], ["clients:read", "clients:write", "clients:register", "users:read"]);
        using var noPermission = await System.ClientWithAsync(["clients:register"], ["clients:write", "users:read"]);
        using var less = await registration.RegistrarAsync();
        using var enough = await registration.RegistrarAsync("users:read");

        using var challenge = await SendAsync(nobody, "POST", Url, metadata);
        Assert.Equal("Bearer, DPoP algs=\"ES256 ES384 PS256\"", challenge.Headers.WwwAuthenticate.ToString());
        await Task.FromResult(challenge).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_token");
        await SendAsync(otherApi, "POST", Url, metadata).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_token");
        await SendAsync(manager, "POST", Url, metadata).ErrorAsync(HttpStatusCode.Forbidden, "insufficient_scope");
        await SendAsync(noPermission, "POST", Url, metadata).ErrorAsync(HttpStatusCode.Forbidden, "insufficient_scope");
        Assert.Contains("users:read", (await SendAsync(less, "POST", Url, metadata).ErrorAsync(HttpStatusCode.BadRequest, "invalid_client_metadata")).Text("error_description"), StringComparison.Ordinal);
        await SendAsync(enough, "POST", Url, metadata).BodyAsync(HttpStatusCode.Created);

        // It registers, and does nothing else with clients.
        await enough.SendAsync("GET", "clients").ProblemAsync(HttpStatusCode.Forbidden, "insufficient-scope");
        await enough.SendAsync("POST", "clients", new { clientId = Unique("x"), type = "service" }).ProblemAsync(HttpStatusCode.Forbidden, "insufficient-scope");
    }

    [Fact]
    public async Task AUD_01_A_registration_is_an_event_of_who_registered()
    {
        using var registrar = await registration.RegistrarAsync();
        var client = await SendAsync(registrar, "POST", Url, JsonSerializer.Serialize(Web())).BodyAsync(HttpStatusCode.Created);

        var audit = await System.EventAsync(client.Text("client_id")!, "client.created");

        Assert.Equal(registrar.ClientId(), audit.GetProperty("actor").Text("id"));
        Assert.DoesNotContain(client.Text("registration_access_token")!, audit.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_registers_anything_where_the_operator_did_not_say_so()
    {
        using var registrar = await closed.ClientWithAsync(["clients:register"]);
        using var open = System.Anonymous();

        using var answer = await SendAsync(registrar, "POST", Url, JsonSerializer.Serialize(Web()));
        using var nothing = await SendAsync(registrar, "POST", "connect/nothing", JsonSerializer.Serialize(Web()));
        Assert.False(answer.IsSuccessStatusCode);
        Assert.Equal(nothing.StatusCode, answer.StatusCode);
        var document = await registrar.GetAsync(new Uri(".well-known/openid-configuration", UriKind.Relative)).BodyAsync();
        Assert.False(document.TryGetProperty("registration_endpoint", out _));
        document = await open.GetAsync(new Uri(".well-known/openid-configuration", UriKind.Relative)).BodyAsync();
        Assert.Equal(new Uri(System.PublicUrl, Url).AbsoluteUri, document.Text("registration_endpoint"));
    }
}
