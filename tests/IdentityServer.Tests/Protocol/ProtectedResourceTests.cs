using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using UserDomain.Contracts;
using UserDomain.IdentityServer.Tests.ClientApi;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol;

/// <summary>What the APIs say of themselves, and whether it leads to a token (RFC 9728, RFC 8707).</summary>
public sealed class ProtectedResourceTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string> Resources => new()
    {
        { "/api/v1/users", "urn:user-domain:users", "users:read users:write" },
        { "/api/v1/me", "urn:user-domain:users", "profile:self" },
        { "/api/v1/roles", "urn:user-domain:roles", "roles:read roles:write" },
        { "/api/v1/permissions", "urn:user-domain:roles", "roles:read roles:write" },
        { "/api/v1/groups", "urn:user-domain:roles", "roles:read roles:write" },
        { "/api/v1/role-assignments", "urn:user-domain:roles", "roles:read roles:write" },
        { "/api/v1/effective-permissions", "urn:user-domain:roles", "roles:read" },
        { "/api/v1/sessions", "urn:user-domain:sessions", "sessions:read sessions:write" },
        { "/api/v1/revocations", "urn:user-domain:sessions", "revocations:read" },
        { "/api/v1/audit-events", "urn:user-domain:audit", "audit:erase audit:read audit:write" },
        { "/api/v1/webhooks", "urn:user-domain:audit", "webhooks:read webhooks:write" },
        { "/api/v1/clients", "urn:user-domain:clients", "clients:read clients:write" },
    };

    [Fact]
    public void These_are_all_resources_there_are() =>
        Assert.Equal(Api.All.SelectMany(api => api.Paths).Order(), Resources.Select(resource => resource.Data.Item1).Order());

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task A_resource_says_who_issues_its_tokens_and_what_they_need(string path, string audience, string scopes)
    {
        using var client = system.Anonymous();
        client.DefaultRequestHeaders.Add("Origin", "https://anywhere.example.test");

        using var answer = await client.GetAsync(new Uri($".well-known/oauth-protected-resource{path}", UriKind.Relative), Cancellation);
        var document = await Task.FromResult(answer).BodyAsync();
        using var documentation = await client.GetAsync(document.Text("resource_documentation"), Cancellation);

        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("public, max-age=3600", answer.Headers.CacheControl!.ToString());
        Assert.Equal(["*"], answer.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.Equal(new Uri(system.PublicUrl, path).AbsoluteUri, document.Text("resource"));
        Assert.NotEmpty(document.Text("resource_name")!);
        Assert.Equal([system.PublicUrl.AbsoluteUri], document.Strings("authorization_servers"));
        Assert.Equal(scopes.Split(' '), document.Strings("scopes_supported"));
        Assert.Equal(["header"], document.Strings("bearer_methods_supported"));
        Assert.Equal(["ES256", "ES384", "PS256"], document.Strings("dpop_signing_alg_values_supported"));
        Assert.Equal(7, document.EnumerateObject().Count());
        Assert.Equal(HttpStatusCode.OK, documentation.StatusCode);
        Assert.Contains(audience, await documentation.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task Who_is_refused_finds_out_what_to_ask_for_and_is_let_in(string path, string audience, string scopes)
    {
        using var anonymous = system.Anonymous();
        var url = $"{new Uri(system.PublicUrl, path).AbsoluteUri}?limit=1&after=0";
        using var refused = await anonymous.GetAsync(url, Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        var where = refused.Headers.WwwAuthenticate.First().Parameter!["resource_metadata=".Length..].Trim('"');
        var resource = await anonymous.GetAsync(where, Cancellation).BodyAsync();

        // Scopes of another API beside those of this one: what is named decides.
        var other = audience == "urn:user-domain:users" ? "roles:read" : "users:read";
        string[] asked = [.. resource.Strings("scopes_supported"), other];
        using var visitor = await system.VisitorAsync(asked);
        var name = ClientCalls.UniqueId("resa");
        await system.CreateUserAsync(name, roles: "administrator");
        var tokens = await visitor.SignInAsync(name, RunningSystem.Password, ("resource", resource.Text("resource")!));
        var claims = Jwt.ClaimsOf(tokens.AccessToken);

        Assert.Equal(audience, claims.Text("aud"));
        Assert.Equal([.. scopes.Split(' '), "openid"], claims.Text("scope")!.Split(' ').Order().OrderBy(scope => scope == "openid"));
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Authorization = new("Bearer", tokens.AccessToken);
        using var answer = await anonymous.SendAsync(request, Cancellation);
        Assert.DoesNotContain(answer.StatusCode, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden });
    }

    [Fact]
    public async Task A_resource_may_be_named_by_its_URL_wherever_one_may_be_named()
    {
        var roles = new Uri(system.PublicUrl, "api/v1/roles").AbsoluteUri;
        var service = await system.ServiceAsync("users:read", "roles:read");
        Assert.Equal("urn:user-domain:roles", AudienceOf(await system.TokenAsync(service, ("scope", "users:read roles:read"), ("resource", roles)).BodyAsync()));

        var name = ClientCalls.UniqueId("ruby");
        await system.CreateUserAsync(name);
        using var visitor = await system.VisitorAsync("offline_access", "users:read", "roles:read");
        var parameters = QueryHelpers.ParseQuery(visitor.AuthorizeUrl(("resource", roles)).Split('?')[1]).Select(pair => (pair.Key, pair.Value.ToString())).Where(pair => pair.Key != "client_id");
        var pushed = await visitor.PostAsApplicationAsync("connect/par", [.. parameters]).BodyAsync(HttpStatusCode.Created);
        var url = QueryHelpers.AddQueryString("connect/authorize", new Dictionary<string, string?> { ["client_id"] = visitor.ClientId, ["request_uri"] = pushed.Text("request_uri") });
        var page = await visitor.FollowAsync(await visitor.Http.GetAsync(new Uri(url, UriKind.Relative), Cancellation));
        var arrived = await visitor.SubmitAsync(page, new() { ["username"] = name, ["password"] = RunningSystem.Password });
        var tokens = await visitor.RedeemAsync(WebVisitor.QueryOf(arrived)["code"]!);
        Assert.Equal("urn:user-domain:roles", Jwt.ClaimsOf(tokens.AccessToken).Text("aud"));
        var users = await visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!),
            ("resource", new Uri(system.PublicUrl, "api/v1/users").AbsoluteUri)).BodyAsync();
        Assert.Equal("urn:user-domain:users", AudienceOf(users));

        var device = await system.DeviceClientAsync("users:read");
        await system.PostAsync("connect/device", ("client_id", device), ("scope", "openid users:read"), ("resource", roles)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_target");
        await system.PostAsync("connect/device", ("client_id", device), ("scope", "openid users:read"), ("resource", new Uri(system.PublicUrl, "api/v1/users").AbsoluteUri)).BodyAsync();
    }

    [Fact]
    public async Task Two_resources_of_one_API_are_one_API()
    {
        var service = await system.ServiceAsync("users:read", "roles:read");

        var answer = await system.TokenAsync(service, ("scope", "users:read roles:read"),
            ("resource", new Uri(system.PublicUrl, "api/v1/roles").AbsoluteUri), ("resource", new Uri(system.PublicUrl, "api/v1/groups").AbsoluteUri), ("resource", "urn:user-domain:roles")).BodyAsync();

        Assert.Equal("urn:user-domain:roles", AudienceOf(answer));
    }

    [Theory]
    [InlineData("{0}api/v1/users")]
    [InlineData("{0}api/v1/roles/")]
    [InlineData("{0}api/v1/roles?x=1")]
    [InlineData("{0}API/v1/roles")]
    [InlineData("{0}api/v1/roles/1")]
    [InlineData("https://elsewhere.example.test/api/v1/roles")]
    public async Task A_URL_that_is_no_resource_or_one_of_another_API_is_refused(string resource)
    {
        var service = await system.ServiceAsync("roles:read");

        await system.TokenAsync(service, ("scope", "roles:read"), ("resource", string.Format(System.Globalization.CultureInfo.InvariantCulture, resource, system.PublicUrl.AbsoluteUri)))
            .ErrorAsync(HttpStatusCode.BadRequest, "invalid_target");
    }

    [Theory]
    [InlineData("")]
    [InlineData("/api/v1")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/api/v1/roles/1")]
    public async Task What_is_no_resource_has_no_metadata(string path)
    {
        using var client = system.Anonymous();

        using var answer = await client.GetAsync(new Uri($".well-known/oauth-protected-resource{path}", UriKind.Relative), Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static string? AudienceOf(JsonElement answer) => Jwt.ClaimsOf(answer.Text("access_token")!).Text("aud");
}
