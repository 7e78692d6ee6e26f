using System.Net;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol;

/// <summary>What clients learn by themselves (OpenID Connect Discovery 1.0, RFC 8414, RFC 7517).</summary>
public sealed class DiscoveryTests(RunningSystem system)
{
    private const string OpenId = ".well-known/openid-configuration";

    // What we publish of the names in the registry OAuth Authorization Server Metadata of IANA, and of JARM; the conformance suite warns of any other.
    private static readonly string[] Registered =
    [
        "acr_values_supported", "authorization_endpoint", "authorization_response_iss_parameter_supported", "authorization_signing_alg_values_supported",
        "backchannel_logout_session_supported", "backchannel_logout_supported",
        "claims_parameter_supported", "claims_supported", "code_challenge_methods_supported", "device_authorization_endpoint", "dpop_signing_alg_values_supported",
        "end_session_endpoint", "grant_types_supported", "id_token_signing_alg_values_supported", "introspection_endpoint", "introspection_endpoint_auth_methods_supported",
        "introspection_endpoint_auth_signing_alg_values_supported", "introspection_signing_alg_values_supported", "issuer", "jwks_uri", "prompt_values_supported",
        "pushed_authorization_request_endpoint", "request_object_signing_alg_values_supported", "request_parameter_supported", "request_uri_parameter_supported",
        "require_pushed_authorization_requests", "require_signed_request_object", "response_modes_supported", "response_types_supported", "revocation_endpoint",
        "revocation_endpoint_auth_methods_supported", "revocation_endpoint_auth_signing_alg_values_supported", "scopes_supported", "subject_types_supported",
        "tls_client_certificate_bound_access_tokens", "token_endpoint", "token_endpoint_auth_methods_supported", "token_endpoint_auth_signing_alg_values_supported",
        "ui_locales_supported", "userinfo_endpoint", "userinfo_signing_alg_values_supported",
    ];

    [Fact]
    public async Task TOK_08_The_issuer_is_the_public_URL_with_a_trailing_slash()
    {
        using var client = system.Anonymous();

        var document = await GetAsync(client, OpenId).BodyAsync();

        Assert.Equal(system.PublicUrl.AbsoluteUri, document.Text("issuer"));
        Assert.EndsWith("/", document.Text("issuer"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Both_well_known_documents_say_the_same()
    {
        using var client = system.Anonymous();

        var openId = await GetAsync(client, OpenId).BodyAsync();
        var oauth = await GetAsync(client, ".well-known/oauth-authorization-server").BodyAsync();

        Assert.Equal(openId.Compact(), oauth.Compact());
    }

    [Theory]
    [InlineData("response_types_supported", "code")]
    [InlineData("code_challenge_methods_supported", "S256")]
    [InlineData("grant_types_supported", "authorization_code client_credentials refresh_token urn:ietf:params:oauth:grant-type:device_code urn:ietf:params:oauth:grant-type:token-exchange")]
    [InlineData("subject_types_supported", "public")]
    [InlineData("ui_locales_supported", "de en")]
    [InlineData("prompt_values_supported", "consent login none select_account")]
    [InlineData("id_token_signing_alg_values_supported", "ES256 PS256 RS256")]
    [InlineData("userinfo_signing_alg_values_supported", "ES256 PS256 RS256")]
    [InlineData("introspection_signing_alg_values_supported", "ES256 PS256 RS256")]
    [InlineData("authorization_signing_alg_values_supported", "ES256 PS256 RS256")]
    [InlineData("response_modes_supported", "form_post form_post.jwt fragment fragment.jwt jwt query query.jwt")]
    [InlineData("token_endpoint_auth_methods_supported", "client_secret_basic client_secret_post none private_key_jwt")]
    [InlineData("scopes_supported", "audit:erase audit:read audit:write clients:read clients:register clients:write email offline_access openid profile profile:self revocations:read roles:read roles:write sessions:read sessions:write users:read users:write webhooks:read webhooks:write")]
    public async Task TOK_01_TOK_02_Only_what_is_supported_is_advertised(string member, string values)
    {
        using var client = system.Anonymous();

        var document = await GetAsync(client, OpenId).BodyAsync();

        Assert.Equal(values.Split(' '), document.Strings(member).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_name_is_a_registered_one_that_a_relying_party_can_look_up()
    {
        using var client = system.Anonymous();

        var document = await GetAsync(client, OpenId).BodyAsync();

        Assert.Empty(document.EnumerateObject().Select(member => member.Name).Except(Registered));
        Assert.Contains("sub", document.Strings("claims_supported"));
        Assert.Contains("RS256", document.Strings("request_object_signing_alg_values_supported"));
        Assert.DoesNotContain("none", document.Strings("request_object_signing_alg_values_supported"));
        Assert.True(document.GetProperty("claims_parameter_supported").GetBoolean());
        Assert.True(document.GetProperty("backchannel_logout_supported").GetBoolean());
        Assert.True(document.GetProperty("backchannel_logout_session_supported").GetBoolean());
        Assert.Contains("sid", document.Strings("claims_supported"));
        Assert.False(document.GetProperty("request_uri_parameter_supported").GetBoolean());
        Assert.False(document.GetProperty("require_pushed_authorization_requests").GetBoolean());
    }

    [Fact]
    public async Task TOK_12_A_client_without_a_secret_is_not_told_that_it_can_introspect()
    {
        using var client = system.Anonymous();

        Assert.DoesNotContain("none", (await GetAsync(client, OpenId).BodyAsync()).Strings("introspection_endpoint_auth_methods_supported"));
    }

    [Fact]
    public async Task TOK_09_Answers_of_the_authorization_endpoint_are_said_to_name_the_issuer()
    {
        using var client = system.Anonymous();

        Assert.True((await GetAsync(client, OpenId).BodyAsync()).GetProperty("authorization_response_iss_parameter_supported").GetBoolean());
    }

    [Fact]
    public async Task Every_advertised_endpoint_is_under_the_issuer_and_answers()
    {
        using var client = system.Anonymous();
        var document = await GetAsync(client, OpenId).BodyAsync();
        var endpoints = document.EnumerateObject().Where(member => member.Name.EndsWith("_endpoint", StringComparison.Ordinal) || member.Name == "jwks_uri").ToList();

        Assert.Equal(
            ["authorization_endpoint", "device_authorization_endpoint", "end_session_endpoint", "introspection_endpoint", "jwks_uri", "pushed_authorization_request_endpoint", "revocation_endpoint", "token_endpoint", "userinfo_endpoint"],
            endpoints.Select(endpoint => endpoint.Name).Order(StringComparer.Ordinal));
        foreach (var endpoint in endpoints)
        {
            Assert.StartsWith(system.PublicUrl.AbsoluteUri, endpoint.Value.GetString(), StringComparison.Ordinal);
            using var answer = await client.PostAsync(new Uri(endpoint.Value.GetString()!), new FormUrlEncodedContent([]));
            Assert.True(answer.StatusCode is not HttpStatusCode.NotFound and < HttpStatusCode.InternalServerError, $"{endpoint.Name}: {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task KEY_04_The_published_keys_can_verify_and_nothing_else()
    {
        using var client = system.Anonymous();

        var keys = (await GetAsync(client, await KeySetAsync(client)).BodyAsync()).GetProperty("keys").EnumerateArray().ToList();

        Assert.Equal(["ES256", "PS256", "RS256"], keys.Select(key => key.Text("alg")).Order(StringComparer.Ordinal));
        Assert.All(keys, key => Assert.Equal("sig", key.Text("use")));
        Assert.Equal(keys.Count, keys.Select(key => key.Text("kid")).Distinct().Count());
        Assert.All(keys, key => Assert.DoesNotContain(key.EnumerateObject().Select(member => member.Name), IsPrivate));

        static bool IsPrivate(string name) => name is "d" or "p" or "q" or "dp" or "dq" or "qi" or "oth" or "k";
    }

    [Fact]
    public async Task TOK_06_Tokens_are_signed_with_a_key_that_is_published_for_it()
    {
        await system.CreateUserAsync("dan-keys");
        using var visitor = await system.VisitorAsync();
        var tokens = await visitor.SignInAsync("dan-keys", RunningSystem.Password);
        using var client = system.Anonymous();

        var keys = (await GetAsync(client, await KeySetAsync(client)).BodyAsync()).GetProperty("keys").EnumerateArray().ToDictionary(key => key.Text("kid")!);

        foreach (var header in new[] { Jwt.HeaderOf(tokens.AccessToken), Jwt.HeaderOf(tokens.IdToken!) })
        {
            Assert.Equal(header.Text("alg"), keys[header.Text("kid")!].Text("alg"));
        }
    }

    [Theory]
    [InlineData(OpenId)]
    [InlineData(".well-known/oauth-authorization-server")]
    [InlineData(".well-known/jwks")]
    public async Task What_everybody_may_know_may_be_kept_for_an_hour(string path)
    {
        using var client = system.Anonymous();

        using var answer = await GetAsync(client, path);

        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.True(answer.Headers.CacheControl?.Public);
        Assert.Equal(TimeSpan.FromHours(1), answer.Headers.CacheControl?.MaxAge);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData(OpenId)]
    [InlineData(".well-known/oauth-authorization-server")]
    [InlineData(".well-known/jwks")]
    public async Task Who_has_it_already_is_told_that_nothing_is_new(string path)
    {
        using var client = system.Anonymous();
        using var first = await GetAsync(client, path);

        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        using var second = await client.SendAsync(request);
        using var another = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { IfNoneMatch = { new("\"another\"") } } };
        using var third = await client.SendAsync(another);

        Assert.Equal((HttpStatusCode.NotModified, first.Headers.ETag), (second.StatusCode, second.Headers.ETag));
        Assert.Empty(await second.Content.ReadAsByteArrayAsync());
        Assert.True(second.Headers.CacheControl?.Public);
        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await third.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(".well-known/openid-configuration")]
    [InlineData(".well-known/oauth-authorization-server")]
    [InlineData(".well-known/jwks")]
    public async Task Who_asks_for_the_head_alone_is_told_what_a_whole_answer_says_of_itself(string path)
    {
        // Its own, so that nobody has asked it before.
        await using var fresh = new RunningSystem();
        await fresh.InitializeAsync();
        using var client = fresh.Anonymous();
        using var request = new HttpRequestMessage(HttpMethod.Head, path);

        using var head = await client.SendAsync(request, TestContext.Current.CancellationToken);
        using var whole = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, whole.Headers.ETag, whole.Content.Headers.ContentLength), (head.StatusCode, head.Headers.ETag, head.Content.Headers.ContentLength));
        Assert.Equal(whole.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.NotEmpty(await whole.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<string> KeySetAsync(HttpClient client) => (await GetAsync(client, OpenId).BodyAsync()).Text("jwks_uri")!;

    private static Task<HttpResponseMessage> GetAsync(HttpClient client, string path) => client.GetAsync(new Uri(path, UriKind.RelativeOrAbsolute));
}
