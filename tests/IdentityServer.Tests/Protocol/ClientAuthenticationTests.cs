using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.IdentityServer.Clients;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol;

/// <summary>How clients prove who they are at the token endpoint (RFC 6749 section 2.3), and what it never takes.</summary>
public sealed class ClientAuthenticationTests(RunningSystem system)
{
    private const string Endpoint = "connect/token";
    private static readonly (string, string) Grant = ("grant_type", "client_credentials");

    [Fact]
    public async Task A_client_authenticates_in_the_header_or_in_the_body()
    {
        var service = await system.ServiceAsync("users:read");

        await system.PostWithBasicAsync(service.Id, service.Secret, Endpoint, Grant).BodyAsync();
        await system.PostAsync(service, Endpoint, Grant).BodyAsync();
    }

    [Fact]
    public async Task Both_ways_at_once_are_refused()
    {
        var service = await system.ServiceAsync("users:read");

        await system.PostWithBasicAsync(service.Id, service.Secret, Endpoint, Grant, ("client_id", service.Id), ("client_secret", service.Secret))
            .ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Theory]
    [InlineData("connect/token")]
    [InlineData("connect/introspect")]
    [InlineData("connect/revoke")]
    public async Task A_client_that_calls_itself_by_the_name_of_another_is_refused(string endpoint)
    {
        var service = await system.ServiceAsync("users:read");
        var other = await system.ServiceAsync("users:read");

        await system.PostWithBasicAsync(service.Id, service.Secret, endpoint, Grant, ("token", "t"), ("client_id", other.Id)).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        using var itself = await system.PostWithBasicAsync(service.Id, service.Secret, endpoint, Grant, ("token", "t"), ("client_id", service.Id));
        Assert.Equal(HttpStatusCode.OK, itself.StatusCode);
    }

    [Theory]
    [InlineData("header")]
    [InlineData("body")]
    public async Task An_unknown_client_and_a_wrong_secret_get_the_same_answer(string place)
    {
        var service = await system.ServiceAsync("users:read");

        var unknown = await AskAsync($"{service.Id}x", service.Secret);
        var wrong = await AskAsync(service.Id, $"{service.Secret}x");

        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), unknown);
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), wrong);

        async Task<(HttpStatusCode Status, string? Error)> AskAsync(string id, string secret)
        {
            using var answer = await (place == "header"
                ? system.PostWithBasicAsync(id, secret, Endpoint, Grant)
                : system.PostAsync(new ServiceClient(id, secret), Endpoint, Grant));
            Assert.StartsWith("Basic ", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
            return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonElement>()).Text("error"));
        }
    }

    [Fact]
    public async Task CLI_01_The_secret_of_a_client_is_256_random_bits_and_kept_as_a_keyed_hash()
    {
        var one = await system.ServiceAsync();
        var other = await system.ServiceAsync();

        var stored = await system.InStoreAsync(store => store.Set<OpenIddictEntityFrameworkCoreApplication<Guid>>()
            .Where(row => row.ClientId == one.Id).Select(row => row.ClientSecret!).SingleAsync());

        Assert.Equal(43, one.Secret.Length);
        Assert.NotEqual(one.Secret, other.Secret);
        Assert.StartsWith("hmac-sha256$", stored, StringComparison.Ordinal);
        Assert.DoesNotContain(one.Secret, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(one.Secret))), stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TOK_09_Nobody_keeps_what_the_token_endpoint_answers()
    {
        var service = await system.ServiceAsync("users:read");

        using var token = await system.PostAsync(service, Endpoint, Grant);
        using var refusal = await system.PostAsync(service, Endpoint, ("grant_type", "nonsense"));

        Assert.True(token.Headers.CacheControl?.NoStore);
        Assert.True(refusal.Headers.CacheControl?.NoStore);
    }

    [Theory]
    [InlineData("offline_access")]
    [InlineData("openid offline_access")]
    [InlineData("roles:write")]
    public async Task A_person_is_not_asked_for_a_scope_the_application_is_not_registered_for(string scope)
    {
        using var visitor = await system.VisitorOfAsync(new($"narrow-{scope.GetHashCode(StringComparison.Ordinal):x}", ClientType.Web) { Scopes = ["openid"] });

        using var answer = await visitor.Http.GetAsync(visitor.AuthorizeUrl(("scope", scope)));

        Assert.StartsWith(WebVisitor.RedirectUri, answer.Headers.Location?.OriginalString, StringComparison.Ordinal);
        Assert.Equal("invalid_scope", WebVisitor.QueryOf(answer)["error"]);
    }

    [Fact]
    public async Task TOK_01_A_password_is_no_grant()
    {
        await system.CreateUserAsync("pat-password");
        using var visitor = await system.VisitorAsync("users:read");

        await visitor.PostTokenAsync(("grant_type", "password"), ("username", "pat-password"), ("password", RunningSystem.Password), ("scope", "openid"))
            .ErrorAsync(HttpStatusCode.BadRequest, "unsupported_grant_type");
    }

    [Theory]
    [InlineData("implicit")]
    [InlineData("urn:ietf:params:oauth:grant-type:jwt-bearer")]
    [InlineData("nonsense")]
    public async Task TOK_01_A_grant_that_is_not_advertised_is_refused(string grant)
    {
        using var visitor = await system.VisitorAsync("users:read");

        await visitor.PostTokenAsync(("grant_type", grant), ("device_code", "x"), ("subject_token", "x"), ("subject_token_type", "x"), ("assertion", "x"))
            .ErrorAsync(HttpStatusCode.BadRequest, "unsupported_grant_type");
    }

    [Theory]
    [InlineData("code token")]
    [InlineData("code id_token")]
    [InlineData("code id_token token")]
    [InlineData("id_token token")]
    [InlineData("none")]
    public async Task TOK_01_No_token_ever_comes_from_the_authorization_endpoint(string responseType)
    {
        await system.CreateUserAsync($"pat-{responseType.Replace(' ', '-')}");
        using var visitor = await system.VisitorAsync();
        await visitor.SignInAsync($"pat-{responseType.Replace(' ', '-')}", RunningSystem.Password);

        using var answer = await visitor.Http.GetAsync(visitor.AuthorizeUrl(("response_type", responseType)));

        var target = answer.Headers.Location?.OriginalString ?? "";
        Assert.DoesNotContain("_token=", target, StringComparison.Ordinal);
        Assert.DoesNotContain("code=", target, StringComparison.Ordinal);
        Assert.True(answer.StatusCode == HttpStatusCode.BadRequest || target.Contains("error=unsupported_response_type", StringComparison.Ordinal), target);
    }

    [Fact]
    public async Task TOK_14_A_parameter_nobody_knows_is_passed_over()
    {
        var service = await system.ServiceAsync("users:read");

        await system.PostAsync(service, Endpoint, Grant, ("scope", "users:read"), ("favourite_colour", "blue")).BodyAsync();
    }

    [Fact]
    public async Task The_token_endpoint_takes_no_query()
    {
        var service = await system.ServiceAsync("users:read");
        using var client = system.Anonymous();

        using var answer = await client.GetAsync(new Uri($"{Endpoint}?grant_type=client_credentials&client_id={service.Id}&client_secret={service.Secret}", UriKind.Relative));

        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.BadRequest, HttpStatusCode.MethodNotAllowed });
    }
}
