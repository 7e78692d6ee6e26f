using System.Net;
using System.Text.Json;
using UserDomain.IdentityServer.Clients;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol;

/// <summary>Introspection (RFC 7662).</summary>
public sealed class IntrospectionTests(RunningSystem system)
{
    private const string Endpoint = "connect/introspect";
    private const string Inactive = """{"active":false}""";

    [Fact]
    public async Task TOK_12_The_client_a_token_was_issued_to_sees_whose_it_is_and_what_it_is_for()
    {
        var user = await system.CreateUserAsync("ivy-own");
        using var visitor = await system.VisitorAsync("users:read");
        var tokens = await visitor.SignInAsync("ivy-own", RunningSystem.Password);

        var seen = await visitor.PostAsApplicationAsync(Endpoint, ("token", tokens.AccessToken)).BodyAsync();

        var claims = Jwt.ClaimsOf(tokens.AccessToken);
        Assert.True(seen.GetProperty("active").GetBoolean());
        Assert.Equal(user.ToString(), seen.Text("sub"));
        Assert.Equal(visitor.ClientId, seen.Text("client_id"));
        Assert.Equal(system.PublicUrl.AbsoluteUri, seen.Text("iss"));
        Assert.Equal(["urn:user-domain:users"], seen.Strings("aud"));
        foreach (var claim in new[] { "jti", "exp", "iat" })
        {
            Assert.Equal(claims.GetProperty(claim).GetRawText(), seen.GetProperty(claim).GetRawText());
        }
    }

    [Fact]
    public async Task TOK_12_The_API_a_token_is_meant_for_sees_it()
    {
        using var visitor = await SignedInAsync("ivy-meant");
        var tokens = await visitor.SignInAsync("ivy-meant", RunningSystem.Password);
        var secret = await system.RegisterAsync(new("urn:user-domain:users", ClientType.Service));

        var seen = await system.PostAsync(new ServiceClient("urn:user-domain:users", secret!), Endpoint, ("token", tokens.AccessToken)).BodyAsync();

        Assert.True(seen.GetProperty("active").GetBoolean());
        Assert.Contains("users:read", seen.Text("scope")!.Split(' '));
    }

    [Fact]
    public async Task TOK_12_Another_client_sees_nothing_of_any_token()
    {
        using var visitor = await SignedInAsync("ivy-foreign");
        var tokens = await visitor.SignInAsync("ivy-foreign", RunningSystem.Password);
        var other = await system.ServiceAsync("users:read");

        foreach (var token in new[] { tokens.AccessToken, tokens.RefreshToken!, tokens.IdToken! })
        {
            Assert.Equal(Inactive, (await system.PostAsync(other, Endpoint, ("token", token)).BodyAsync()).Compact());
        }
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.eyJzdWIiOiJ4In0.")]
    [InlineData("a.b.c")]
    public async Task TOK_12_What_is_no_token_of_ours_is_inactive(string token)
    {
        var service = await system.ServiceAsync();

        Assert.Equal(Inactive, (await system.PostAsync(service, Endpoint, ("token", token)).BodyAsync()).Compact());
    }

    [Fact]
    public async Task TOK_12_A_token_that_was_changed_and_tokens_that_open_nothing_are_inactive()
    {
        using var visitor = await SignedInAsync("ivy-changed");
        var tokens = await visitor.SignInAsync("ivy-changed", RunningSystem.Password);
        var parts = tokens.AccessToken.Split('.');
        var code = await visitor.CodeAsync("ivy-changed", RunningSystem.Password);

        foreach (var token in new[] { $"{parts[0]}.{parts[1]}.{parts[2][..^4]}AAAA", $"{parts[0]}.{parts[1]}.", code, tokens.IdToken! })
        {
            Assert.Equal(Inactive, (await visitor.PostAsApplicationAsync(Endpoint, ("token", token)).BodyAsync()).Compact());
        }
    }

    [Fact]
    public async Task TOK_12_A_refresh_token_is_active_for_its_client_and_so_is_the_next_one()
    {
        using var visitor = await SignedInAsync("ivy-refresh");
        var tokens = await visitor.SignInAsync("ivy-refresh", RunningSystem.Password);

        var before = await visitor.PostAsApplicationAsync(Endpoint, ("token", tokens.RefreshToken!), ("token_type_hint", "refresh_token")).BodyAsync();
        var renewed = await visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!)).BodyAsync();

        Assert.True(before.GetProperty("active").GetBoolean());
        Assert.True((await visitor.PostAsApplicationAsync(Endpoint, ("token", renewed.Text("refresh_token")!)).BodyAsync()).GetProperty("active").GetBoolean());
    }

    [Theory]
    [InlineData("access_token")]
    [InlineData("refresh_token")]
    [InlineData("something_else")]
    public async Task TOK_12_A_wrong_hint_only_costs_time(string hint)
    {
        using var visitor = await SignedInAsync($"ivy-{hint[..4]}");
        var tokens = await visitor.SignInAsync($"ivy-{hint[..4]}", RunningSystem.Password);

        foreach (var token in new[] { tokens.AccessToken, tokens.RefreshToken! })
        {
            Assert.True((await visitor.PostAsApplicationAsync(Endpoint, ("token", token), ("token_type_hint", hint)).BodyAsync()).GetProperty("active").GetBoolean());
        }
    }

    [Fact]
    public async Task TOK_12_A_service_sees_its_own_token()
    {
        var service = await system.ServiceAsync("audit:read");
        var token = (await system.PostAsync(service, "connect/token", ("grant_type", "client_credentials"), ("scope", "audit:read")).BodyAsync()).Text("access_token")!;

        var seen = await system.PostAsync(service, Endpoint, ("token", token)).BodyAsync();

        Assert.True(seen.GetProperty("active").GetBoolean());
        Assert.Equal(service.Id, seen.Text("sub"));
    }

    [Theory]
    [InlineData("access_token")]
    [InlineData("refresh_token")]
    public async Task TOK_12_TOK_13_No_token_of_a_disabled_user_is_active(string which)
    {
        var name = $"ivy-off-{which[..6]}";
        var user = await system.CreateUserAsync(name);
        using var visitor = await system.VisitorAsync("offline_access");
        var tokens = await visitor.SignInAsync(name, RunningSystem.Password);
        using var manager = await system.ClientWithAsync(["users:read", "users:write"]);
        await manager.PostAsync(new Uri($"api/v1/users/{user}/disable", UriKind.Relative), content: null).BodyAsync();

        Assert.Equal(Inactive, (await visitor.PostAsApplicationAsync(Endpoint, ("token", which == "access_token" ? tokens.AccessToken : tokens.RefreshToken!)).BodyAsync()).Compact());
    }

    [Fact]
    public async Task TOK_12_Who_does_not_authenticate_learns_nothing()
    {
        using var visitor = await SignedInAsync("ivy-nobody");
        var tokens = await visitor.SignInAsync("ivy-nobody", RunningSystem.Password);
        var spa = await system.PublicClientAsync();
        var token = ("token", tokens.AccessToken);

        await RefusedAsync(system.PostAsync(Endpoint, token));
        await RefusedAsync(system.PostAsync(Endpoint, token, ("client_id", visitor.ClientId)));
        await RefusedAsync(system.PostAsync(Endpoint, token, ("client_id", visitor.ClientId), ("client_secret", "wrong")));
        await RefusedAsync(system.PostAsync(Endpoint, token, ("client_id", "nobody"), ("client_secret", visitor.ClientSecret)));
        await RefusedAsync(system.PostAsync(Endpoint, token, ("client_id", spa)));
    }

    [Fact]
    public async Task A_request_without_a_token_is_refused()
    {
        var service = await system.ServiceAsync();

        await system.PostAsync(service, Endpoint).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    private async Task<WebVisitor> SignedInAsync(string userName)
    {
        await system.CreateUserAsync(userName);
        return await system.VisitorAsync("offline_access", "users:read");
    }

    private static async Task RefusedAsync(Task<HttpResponseMessage> request)
    {
        using var answer = await request;
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized });
        Assert.Contains(body.Text("error"), new[] { "invalid_client", "invalid_request", "unauthorized_client" });
        Assert.False(body.TryGetProperty("active", out _));
    }
}
