using System.Net;
using System.Security.Cryptography;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Clients.Keys;
using UserDomain.IdentityServer.Tests.ClientApi;
using UserDomain.IdentityServer.Tests.Outgoing;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.Mtls;

/// <summary>Clients that are registered with their certificates (<c>self_signed_tls_client_auth</c>, RFC 8705 section 2.2), and what is said of all this.</summary>
public sealed class SelfSignedTests(MtlsSystem system) : IClassFixture<MtlsSystem>
{
    private const string Method = "self_signed_tls_client_auth";
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_client_is_known_by_each_of_its_certificates_and_by_no_other_of_the_same_key_and_name()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var one = TestAuthority.SelfSigned("CN=mine", key: key);
        using var two = TestAuthority.SelfSigned("CN=mine");
        using var sameKey = TestAuthority.SelfSigned("CN=mine", key: key);
        using var sameName = TestAuthority.SelfSigned("CN=mine");
        using var trusted = system.Authority.Issue("CN=mine");
        var client = await system.ServiceAsync(spec => Registered(spec) with { Jwks = MtlsSystem.Set(one, two) });

        await system.AskAsync(one, client).BodyAsync();
        await system.AskAsync(two, client).BodyAsync();
        foreach (var other in new[] { sameKey, sameName, trusted })
        {
            await system.AskAsync(other, client).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        }

        await system.PostAsync(null, "connect/introspect", ("client_id", client), ("token", "t")).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
    }

    [Fact]
    public async Task A_certificate_that_is_registered_is_refused_before_and_after_its_time()
    {
        using var before = TestAuthority.SelfSigned("CN=early", starts: Minute, ends: 2 * Minute);
        using var after = TestAuthority.SelfSigned("CN=late", starts: -2 * Minute, ends: -Minute);
        var client = await system.ServiceAsync(spec => Registered(spec) with { Jwks = MtlsSystem.Set(before, after) });

        await system.AskAsync(before, client).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await system.AskAsync(after, client).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
    }

    [Fact]
    public async Task A_client_publishes_its_certificates_and_changes_them()
    {
        using var old = TestAuthority.SelfSigned("CN=old");
        using var next = TestAuthority.SelfSigned("CN=next");
        var published = MtlsSystem.Set(old);
        await using var server = await LocalServer.StartAsync(context => context.Response.WriteAsJsonAsync(published));
        var client = await system.ServiceAsync(spec => Registered(spec) with { JwksUri = server.Url.AbsoluteUri });

        await system.AskAsync(old, client).BodyAsync();
        await system.AskAsync(next, client).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        published = MtlsSystem.Set(next);
        await Task.Delay(FetchedKeySet.Pause + TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);

        await system.AskAsync(next, client).BodyAsync();
        await system.AskAsync(old, client).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
    }

    [Fact]
    public async Task A_client_goes_from_a_secret_to_a_certificate_and_on_by_the_API()
    {
        using var one = TestAuthority.SelfSigned("CN=one");
        using var two = TestAuthority.SelfSigned("CN=two");
        using var named = system.Authority.Issue("CN=named");
        using var manager = await system.System.ManagerAsync("users:read");
        var client = await manager.CreateServiceAsync("users:read");
        var id = client.Text("clientId")!;

        var certified = await ChangeAsync(manager, client, new { tokenEndpointAuthMethod = Method, jwks = MtlsSystem.Set(one), senderConstraint = "mtls" });
        Assert.Empty(certified.Secrets());
        Assert.Equal((Method, "mtls"), (certified.Text("tokenEndpointAuthMethod"), certified.Text("senderConstraint")));
        Assert.Equal(Convert.ToBase64String(one.RawData), certified.GetProperty("jwks").GetProperty("keys")[0].GetProperty("x5c")[0].GetString());
        await system.System.TokenAsync(client.With()).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await system.AskAsync(one, id).BodyAsync();

        var renewed = await ChangeAsync(manager, certified, new { jwks = MtlsSystem.Set(two) });
        Assert.Equal(Method, renewed.Text("tokenEndpointAuthMethod"));
        await system.AskAsync(two, id).BodyAsync();
        await system.AskAsync(one, id).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");

        var byName = await ChangeAsync(manager, renewed, new { tlsClientAuthSubjectDn = "CN=named" });
        Assert.Equal("tls_client_auth", byName.Text("tokenEndpointAuthMethod"));
        Assert.Equal(global::System.Text.Json.JsonValueKind.Null, byName.GetProperty("jwks").ValueKind);
        await system.AskAsync(named, id).BodyAsync();
        await system.AskAsync(two, id).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");

        var renamed = await ChangeAsync(manager, byName, new { displayName = "Renamed" });
        Assert.Equal("CN=named", renamed.Text("tlsClientAuthSubjectDn"));
        var secret = await ChangeAsync(manager, renamed, new { tokenEndpointAuthMethod = "client_secret_basic", senderConstraint = "none" });
        await system.System.TokenAsync(client.With(secret.Text("clientSecret"))).BodyAsync();
        await system.AskAsync(named, id).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
    }

    [Fact]
    public async Task Discovery_tells_where_certificates_are_asked_for_and_what_for()
    {
        using var client = system.Connect(null);

        var document = await client.GetAsync(new Uri(".well-known/openid-configuration", UriKind.Relative), TestContext.Current.CancellationToken).BodyAsync();

        Assert.Equal(system.System.PublicUrl.AbsoluteUri + MtlsSystem.Token, document.Text("token_endpoint"));
        Assert.True(document.GetProperty("tls_client_certificate_bound_access_tokens").GetBoolean());
        foreach (var member in new[] { "token_endpoint_auth_methods_supported", "introspection_endpoint_auth_methods_supported", "revocation_endpoint_auth_methods_supported" })
        {
            Assert.Contains(Method, document.Strings(member));
            Assert.Contains("tls_client_auth", document.Strings(member));
        }

        var aliases = document.GetProperty("mtls_endpoint_aliases").EnumerateObject().ToDictionary(alias => alias.Name, alias => alias.Value.GetString());
        Assert.Equal(
            ["device_authorization_endpoint", "introspection_endpoint", "pushed_authorization_request_endpoint", "revocation_endpoint", "token_endpoint", "userinfo_endpoint"],
            aliases.Keys.Order(StringComparer.Ordinal));
        Assert.All(aliases, alias => Assert.Equal(document.Text(alias.Key)!.Replace(system.System.PublicUrl.AbsoluteUri, system.Url.AbsoluteUri, StringComparison.Ordinal), alias.Value));
    }

    private static ClientSpec Registered(ClientSpec client) => client with { TokenEndpointAuthMethod = ClientAuthentication.SelfSignedTlsClientAuth };

    private static Task<global::System.Text.Json.JsonElement> ChangeAsync(HttpClient manager, global::System.Text.Json.JsonElement client, object change) =>
        manager.SendAsync("PATCH", client.Path(), change, ("If-Match", $"\"{client.GetProperty("version").GetInt64()}\"")).BodyAsync();
}
