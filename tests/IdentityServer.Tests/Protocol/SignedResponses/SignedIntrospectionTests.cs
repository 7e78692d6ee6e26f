using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Tests.ClientApi;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.SignedResponses;

/// <summary>Introspection as a JWT (RFC 9701).</summary>
public sealed class SignedIntrospectionTests(RunningSystem system)
{
    private const string Endpoint = "connect/introspect";
    private const string Signed = "application/token-introspection+jwt";
    private const string Inactive = """{"active":false}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, "RS256")]
    [InlineData("ES256", "ES256")]
    [InlineData("PS256", "PS256")]
    public async Task Who_asks_for_a_JWT_has_the_same_answer_signed_for_it(string? asked, string used)
    {
        var service = await ServiceAsync(asked, "audit:read");
        var token = (await system.PostAsync(service, "connect/token", ("grant_type", "client_credentials"), ("scope", "audit:read")).BodyAsync()).Text("access_token")!;
        var plain = await system.PostAsync(service, Endpoint, ("token", token)).BodyAsync();

        using var answer = await AskAsync(service, token, Signed);
        var jwt = await answer.Content.ReadAsStringAsync(Cancellation);
        var claims = await system.VerifiedAsync(jwt, service.Id);

        Assert.Equal((HttpStatusCode.OK, Signed), (answer.StatusCode, answer.Content.Headers.ContentType?.ToString()));
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal((used, "token-introspection+jwt"), (Jwt.HeaderOf(jwt).Text("alg"), Jwt.HeaderOf(jwt).Text("typ")));
        Assert.Equal(["aud", "iat", "iss", "token_introspection"], claims.EnumerateObject().Select(claim => claim.Name).Order(StringComparer.Ordinal));
        Assert.InRange(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - claims.GetProperty("iat").GetInt64(), 0, 10);
        Assert.True(claims.GetProperty("token_introspection").GetProperty("active").GetBoolean());
        Assert.Equal(plain.Compact(), claims.GetProperty("token_introspection").Compact());
    }

    [Fact]
    public async Task TOK_12_What_a_caller_may_not_see_is_inactive_in_this_form_too()
    {
        await system.CreateUserAsync("ian-foreign");
        using var visitor = await system.VisitorAsync("offline_access", "users:read");
        var tokens = await visitor.SignInAsync("ian-foreign", RunningSystem.Password);
        var other = await ServiceAsync(null, "users:read");

        foreach (var token in new[] { tokens.AccessToken, tokens.RefreshToken!, tokens.IdToken!, await visitor.CodeAsync("ian-foreign", RunningSystem.Password), "garbage" })
        {
            Assert.Equal(Inactive, (await IntrospectionAsync(other, token)).Compact());
        }
    }

    [Fact]
    public async Task TOK_12_The_API_a_token_is_meant_for_sees_it_in_this_form_too_and_another_one_does_not()
    {
        var own = await ServiceAsync(null, "audit:read");
        var token = (await system.PostAsync(own, "connect/token", ("grant_type", "client_credentials"), ("scope", "audit:read")).BodyAsync()).Text("access_token")!;
        var meant = await ServiceNamedAsync("urn:user-domain:audit");
        var other = await ServiceNamedAsync("urn:user-domain:roles");

        var seen = await IntrospectionAsync(meant, token);

        Assert.Equal("audit:read", seen.Text("scope"));
        Assert.Equal((await system.PostAsync(meant, Endpoint, ("token", token)).BodyAsync()).Compact(), seen.Compact());
        Assert.Equal(Inactive, (await IntrospectionAsync(other, token)).Compact());
    }

    [Theory]
    [InlineData(Signed, true)]
    [InlineData("Application/Token-Introspection+JWT", true)]
    [InlineData("application/token-introspection+jwt, */*", true)]
    [InlineData("application/json;q=0.5, application/token-introspection+jwt", true)]
    [InlineData("application/json;q=0, */*, application/token-introspection+jwt;q=0.1", true)]
    [InlineData("application/token-introspection+jwt;q=0.9, application/json", false)]
    [InlineData("application/token-introspection+jwt;q=0.5, application/*;q=0.8", false)]
    [InlineData("application/token-introspection+jwt;q=0.5, application/json;charset=utf-8", false)]
    [InlineData("application/token-introspection+jwt;q=0", false)]
    [InlineData("application/jwt", false)]
    [InlineData("application/*", false)]
    [InlineData("*/*", false)]
    [InlineData("text/html", false)]
    [InlineData(";;;,=/", false)]
    [InlineData("", false)]
    public async Task Only_who_names_it_and_likes_nothing_better_has_it(string accept, bool isJwt)
    {
        var service = await ServiceAsync(null);

        using var answer = await AskAsync(service, "garbage", accept);

        Assert.Equal((HttpStatusCode.OK, isJwt ? Signed : "application/json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task Errors_stay_JSON()
    {
        var service = await ServiceAsync(null);

        await AskAsync(service with { Secret = "wrong" }, "garbage", Signed).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await AskAsync(service, null, Signed).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    private Task<ServiceClient> ServiceAsync(string? algorithm, params string[] scopes) => ServiceNamedAsync(ClientCalls.UniqueId("service"), algorithm, scopes);

    private async Task<ServiceClient> ServiceNamedAsync(string id, string? algorithm = null, params string[] scopes)
    {
        var service = new ServiceClient(id, RandomNumberGenerator.GetHexString(40));
        await system.RegisterAsync(new(id, ClientType.Service) { ClientSecret = service.Secret, Scopes = scopes, IntrospectionSignedResponseAlg = algorithm });
        return service;
    }

    private async Task<JsonElement> IntrospectionAsync(ServiceClient service, string token)
    {
        using var answer = await AskAsync(service, token, Signed);
        return (await system.VerifiedAsync(await answer.Content.ReadAsStringAsync(Cancellation), service.Id)).GetProperty("token_introspection");
    }

    // By the header alone: the form does not name the client the answer is for.
    private async Task<HttpResponseMessage> AskAsync(ServiceClient service, string? token, string accept)
    {
        using var client = system.Anonymous();
        using var request = new HttpRequestMessage(HttpMethod.Post, Endpoint);
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(service.Id)}:{Uri.EscapeDataString(service.Secret)}")));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Content = new FormUrlEncodedContent(token is null ? [] : [new("token", token)]);
        return await client.SendAsync(request, Cancellation);
    }
}
