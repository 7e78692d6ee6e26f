using System.Net;
using System.Text.Json;
using UserDomain.IdentityServer.Tests.ClientApi;
using UserDomain.Testing;
using static UserDomain.IdentityServer.Tests.Protocol.Registration.RegistrationSystem;

namespace UserDomain.IdentityServer.Tests.Protocol.Registration;

/// <summary>Clients that manage themselves (RFC 7592).</summary>
public sealed class ManageTests(RegistrationSystem registration) : IClassFixture<RegistrationSystem>
{
    private RunningSystem System => registration.System;

    [Fact]
    public async Task KEY_04_A_client_reads_what_it_is_and_not_its_secret()
    {
        var client = await registration.RegisterAsync(Web(("token_endpoint_auth_method", "client_secret_post")));

        var read = await registration.ManageAsync(client, "GET").BodyAsync();

        Assert.False(read.TryGetProperty("client_secret", out _));
        foreach (var member in client.EnumerateObject().Where(member => !member.Name.StartsWith("client_secret", StringComparison.Ordinal)))
        {
            Assert.Equal(member.Value.Compact(), read.GetProperty(member.Name).Compact());
        }
    }

    [Fact]
    public async Task A_client_replaces_all_it_said_of_itself_and_keeps_its_secret_and_token()
    {
        var client = await registration.RegisterAsync(Web(("userinfo_signed_response_alg", "ES256"), ("grant_types", new[] { "authorization_code", "client_credentials" })));
        var wanted = Web(("client_id", client.Text("client_id")), ("client_secret", client.Text("client_secret")), ("client_name", "Other"), ("grant_types", new[] { "authorization_code", "client_credentials" }));

        var changed = await registration.ManageAsync(client, "PUT", wanted).BodyAsync();
        var read = await registration.ManageAsync(client, "GET").BodyAsync();

        Assert.Equal("Other", changed.Text("client_name"));
        Assert.False(changed.TryGetProperty("userinfo_signed_response_alg", out _));
        Assert.Equal(changed.Compact(), read.Compact());
        await System.TokenAsync(new ServiceClient(client.Text("client_id")!, client.Text("client_secret")!)).BodyAsync();
        var audit = await System.EventAsync(client.Text("client_id")!, "client.updated");
        Assert.Equal(client.Text("client_id"), audit.GetProperty("actor").Text("id"));
    }

    [Fact]
    public async Task Who_can_keep_a_secret_from_now_on_is_given_one()
    {
        var client = await registration.RegisterAsync(Web(("token_endpoint_auth_method", "none")));

        var changed = await registration.ManageAsync(client, "PUT", Web(("client_id", client.Text("client_id")))).BodyAsync();

        Assert.Equal("client_secret_basic", changed.Text("token_endpoint_auth_method"));
        Assert.Equal(43, changed.Text("client_secret")!.Length);
    }

    [Fact]
    public async Task AUZ_04_A_client_gives_up_scopes_and_takes_none()
    {
        var client = await registration.RegisterAsync(Web(("scope", "openid users:read")), "users:read");
        object With(string scope) => Web(("client_id", client.Text("client_id")), ("scope", scope));

        await registration.ManageAsync(client, "PUT", With("openid users:read users:write")).ErrorAsync(HttpStatusCode.BadRequest, "invalid_client_metadata");
        Assert.Equal("email openid", (await registration.ManageAsync(client, "PUT", With("openid email")).BodyAsync()).Text("scope"));
        await registration.ManageAsync(client, "PUT", With("openid users:read")).ErrorAsync(HttpStatusCode.BadRequest, "invalid_client_metadata");
    }

    [Theory]
    [InlineData("invalid_client_metadata", "client_id", "another")]
    [InlineData("invalid_client_metadata", "client_id", null)]
    [InlineData("invalid_client_metadata", "client_secret", "a-secret-of-my-own-that-is-long-enough-0001")]
    [InlineData("invalid_redirect_uri", "redirect_uris", "https://shop.example.test/")]
    [InlineData("unapproved_software_statement", "software_statement", "e30.e30.")]
    public async Task What_a_client_may_not_become_is_refused(string error, string member, string? value)
    {
        var client = await registration.RegisterAsync(Web());

        await registration.ManageAsync(client, "PUT", Web(("client_id", client.Text("client_id")), (member, value))).ErrorAsync(HttpStatusCode.BadRequest, error);

        Assert.Equal("Shop", (await registration.ManageAsync(client, "GET").BodyAsync()).Text("client_name"));
    }

    [Fact]
    public async Task A_client_deletes_itself_with_all_it_was_given()
    {
        var client = await registration.RegisterAsync(Web(("grant_types", new[] { "authorization_code", "refresh_token", "client_credentials" })));
        var service = new ServiceClient(client.Text("client_id")!, client.Text("client_secret")!);
        await System.TokenAsync(service).BodyAsync();

        await registration.ManageAsync(client, "DELETE").DoneAsync();

        await System.TokenAsync(service).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await registration.ManageAsync(client, "GET").ErrorAsync(HttpStatusCode.Unauthorized, "invalid_token");
        await registration.ManageAsync(client, "DELETE").ErrorAsync(HttpStatusCode.Unauthorized, "invalid_token");
        Assert.Equal(client.Text("client_id"), (await System.EventAsync(client.Text("client_id")!, "client.deleted")).GetProperty("actor").Text("id"));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Nobody_else_reaches_a_client_and_nobody_learns_whether_there_is_one(string method)
    {
        var client = await registration.RegisterAsync(Web());
        var other = await registration.RegisterAsync(Web());
        using var manager = await System.ManagerAsync();
        var byOperator = await manager.CreateServiceAsync();
        using var registrar = await registration.RegistrarAsync();
        var access = registrar.DefaultRequestHeaders.Authorization!.Parameter!;
        using var anonymous = System.Anonymous();
        var answers = new HashSet<string>();

        foreach (var (id, token) in new[]
        {
            (client.Text("client_id")!, other.Text("registration_access_token")!), (client.Text("client_id")!, access), (client.Text("client_id")!, client.Text("client_secret")!),
            ("nobody", client.Text("registration_access_token")!), (byOperator.Text("clientId")!, byOperator.Text("clientSecret")!), ("user-domain:AdminUi", access), (new string('a', 300), access),
        })
        {
            var json = method == "PUT" ? JsonSerializer.Serialize(Web(("client_id", id))) : null;
            using var answer = await SendAsync(anonymous, method, $"{Url}/{id}", json, token);
            Assert.Contains("invalid_token", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
            answers.Add((await Task.FromResult(answer).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_token")).Compact());
        }

        using var nothing = await SendAsync(anonymous, method, $"{Url}/{client.Text("client_id")}");
        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (nothing.StatusCode, nothing.Headers.WwwAuthenticate.ToString()));
        Assert.Single(answers);
        await registration.ManageAsync(client, "GET").BodyAsync();
    }

    [Fact]
    public async Task A_disabled_client_does_nothing_with_itself()
    {
        var client = await registration.RegisterAsync(Web());
        using var manager = await System.ManagerAsync();
        var known = (await manager.SendAsync("GET", $"clients?clientId={client.Text("client_id")}").BodyAsync()).Items().Single();
        await manager.SendAsync("POST", $"{known.Path()}/disable").BodyAsync();

        await registration.ManageAsync(client, "GET").ErrorAsync(HttpStatusCode.Unauthorized, "invalid_token");
        await registration.ManageAsync(client, "DELETE").ErrorAsync(HttpStatusCode.Unauthorized, "invalid_token");

        await manager.SendAsync("POST", $"{known.Path()}/enable").BodyAsync();
        await registration.ManageAsync(client, "GET").BodyAsync();
    }

    [Fact]
    public async Task TST_02_Of_ten_deletions_at_once_exactly_one_happens()
    {
        var client = await registration.RegisterAsync(Web());

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => registration.ManageAsync(client, "DELETE")));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.NoContent);
        Assert.Equal(9, answers.Count(answer => answer.StatusCode == HttpStatusCode.Unauthorized));
    }
}
