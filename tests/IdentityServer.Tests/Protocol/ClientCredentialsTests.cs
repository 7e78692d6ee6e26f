using System.Net;
using System.Text.Json;
using UserDomain.IdentityServer.Clients;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol;

/// <summary>Tokens services get for themselves (RFC 6749 section 4.4).</summary>
public sealed class ClientCredentialsTests(RunningSystem system)
{
    [Fact]
    public async Task TOK_06_A_service_gets_a_token_that_says_who_it_is_and_what_it_may_do()
    {
        var service = await system.ServiceAsync("users:read", "users:write");

        var answer = await TokenAsync(service, "users:read").BodyAsync();

        var token = answer.Text("access_token")!;
        var claims = Jwt.ClaimsOf(token);
        Assert.Equal("at+jwt", Jwt.HeaderOf(token).Text("typ"));
        Assert.Equal("ES256", Jwt.HeaderOf(token).Text("alg"));
        Assert.Equal(system.PublicUrl.AbsoluteUri, claims.Text("iss"));
        Assert.Equal(service.Id, claims.Text("sub"));
        Assert.Equal(service.Id, claims.Text("client_id"));
        Assert.Equal(["urn:user-domain:users"], claims.Strings("aud"));
        Assert.Equal("users:read", claims.Text("scope"));
        Assert.NotEmpty(claims.Text("jti")!);
        Assert.Equal(300, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
        Assert.True(claims.GetProperty("nbf").GetInt64() <= claims.GetProperty("iat").GetInt64() + 1);
        Assert.DoesNotContain(claims.EnumerateObject(), claim => claim.Name is "sid" or "auth_time" or "amr");
        Assert.Equal("Bearer", answer.Text("token_type"));
        Assert.False(answer.TryGetProperty("refresh_token", out _));
        Assert.False(answer.TryGetProperty("id_token", out _));
    }

    [Fact]
    public async Task TOK_06_No_two_tokens_have_one_id()
    {
        var service = await system.ServiceAsync("users:read");

        var tokens = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ => (await TokenAsync(service, "users:read").BodyAsync()).Text("access_token")!));

        Assert.Equal(10, tokens.Select(token => Jwt.ClaimsOf(token).Text("jti")).Distinct().Count());
    }

    [Fact]
    public async Task A_token_has_the_permissions_of_the_services_roles_for_that_API_only()
    {
        using var client = await system.ClientWithAsync(["users:read"], ["users:read", "users:write", "roles:read"]);

        var claims = Jwt.ClaimsOf(client.DefaultRequestHeaders.Authorization!.Parameter!);

        Assert.Equal(JsonValueKind.Array, claims.GetProperty("permissions").ValueKind);
        Assert.Equal(["users:read", "users:write"], claims.Strings("permissions"));
    }

    [Fact]
    public async Task A_service_without_a_role_has_no_permission()
    {
        var service = await system.ServiceAsync("users:read");

        Assert.Empty(Jwt.ClaimsOf((await TokenAsync(service, "users:read").BodyAsync()).Text("access_token")!).Strings("permissions"));
    }

    [Fact]
    public async Task With_scopes_of_several_APIs_the_token_is_for_none_of_them_and_resource_chooses_one()
    {
        var service = await system.ServiceAsync("users:read", "roles:read");

        var none = Jwt.ClaimsOf((await TokenAsync(service, "users:read roles:read").BodyAsync()).Text("access_token")!);
        var roles = Jwt.ClaimsOf((await TokenAsync(service, "users:read roles:read", ("resource", "urn:user-domain:roles")).BodyAsync()).Text("access_token")!);

        Assert.Equal([system.PublicUrl.AbsoluteUri], none.Strings("aud"));
        Assert.False(none.TryGetProperty("scope", out _));
        Assert.False(none.TryGetProperty("permissions", out _));
        Assert.Equal(["urn:user-domain:roles"], roles.Strings("aud"));
        Assert.Equal("roles:read", roles.Text("scope"));
    }

    [Theory]
    [InlineData("urn:user-domain:audit")]
    [InlineData("urn:somebody:else")]
    public async Task A_resource_of_which_no_scope_is_asked_for_is_refused(string resource)
    {
        var service = await system.ServiceAsync("users:read", "audit:read");

        await TokenAsync(service, "users:read", ("resource", resource)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_target");
    }

    [Fact]
    public async Task More_than_one_resource_is_refused()
    {
        var service = await system.ServiceAsync("users:read", "roles:read");

        await TokenAsync(service, "users:read roles:read", ("resource", "urn:user-domain:users"), ("resource", "urn:user-domain:roles"))
            .ErrorAsync(HttpStatusCode.BadRequest, "invalid_target");
    }

    [Theory]
    [InlineData("users:write")]
    [InlineData("users:read users:write")]
    [InlineData("nonsense")]
    [InlineData("openid")]
    public async Task A_scope_the_client_is_not_registered_for_is_refused(string scope)
    {
        var service = await system.ServiceAsync("users:read");

        await TokenAsync(service, scope).ErrorAsync(HttpStatusCode.BadRequest, "invalid_scope");
    }

    [Fact]
    public async Task CLI_02_A_client_that_keeps_no_secret_gets_no_token_for_itself()
    {
        var spa = await system.PublicClientAsync();
        (string, string)[] request = [("grant_type", "client_credentials"), ("client_id", spa), ("scope", "users:read")];

        using var answer = await system.PostAsync("connect/token", request);

        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized });
        Assert.Contains((await answer.Content.ReadFromJsonAsync<JsonElement>()).Text("error"), new[] { "unauthorized_client", "invalid_client", "invalid_grant", "invalid_request" });
    }

    [Fact]
    public async Task CLI_02_A_client_that_is_not_registered_for_it_gets_no_token_for_itself()
    {
        using var visitor = await system.VisitorAsync("users:read");

        await visitor.PostTokenAsync(("grant_type", "client_credentials"), ("scope", "users:read")).ErrorAsync(HttpStatusCode.BadRequest, "unauthorized_client");
    }

    [Fact]
    public void CLI_02_The_id_of_a_client_is_never_that_of_a_user() =>
        Assert.Contains(ClientSpecRule.ProblemsOf(new(Guid.CreateVersion7().ToString(), ClientType.Service)), problem => problem.Member == "clientId");

    private Task<HttpResponseMessage> TokenAsync(ServiceClient service, string scope, params (string, string)[] more) =>
        system.PostAsync(service, "connect/token", [("grant_type", "client_credentials"), ("scope", scope), .. more]);
}
