using System.Net;
using System.Security.Cryptography;

namespace UserDomain.EndToEnd.Tests.Programs;

/// <summary>Starts that fail say why in one line and leave nothing half-written.</summary>
public sealed class StartTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_seed_file_with_a_fault_anywhere_changes_nothing_and_names_the_place()
    {
        await using var installation = new Installation();

        Refuses("line 3", await installation.FailAsync("""
            {
              "roles": [ { "name": "clerk" } ],
              "usrs": []
            }
            """));
        Refuses("users[0].password", await installation.FailAsync("""{ "roles": [ { "name": "clerk" } ], "users": [ { "email": "a@example.test", "userName": "a", "password": "short" } ] }"""));
        Refuses("roles[0].sessionIdleTimeout: must be between 60 and 3600 seconds", await installation.FailAsync("""{ "roles": [ { "name": "clerk", "sessionIdleTimeout": 59 } ] }"""));
        Refuses("roles[0].sessionLifetime: must be between 300 and 43200 seconds", await installation.FailAsync("""{ "roles": [ { "name": "clerk", "sessionLifetime": 43201 } ] }"""));

        // Now without the fault in the second half: the first half was not kept either.
        await installation.StartAsync($$"""{ "clients": [ { "clientId": "service", "type": "service", "clientSecret": "{{Installation.ServiceSecret}}", "scopes": ["roles:read"], "roles": ["auditor"] } ] }""");
        using var service = await installation.ServiceAsync("roles:read");
        var roles = await service.GetAsync("api/v1/roles?query=clerk", Cancellation).BodyAsync();
        Assert.Empty(roles.Items());
    }

    [Fact]
    public async Task REL_07_A_database_of_a_newer_version_is_left_alone_by_one_process_and_served_by_replicas()
    {
        await using var installation = new Installation();
        await installation.StartAsync();
        await installation.StopAsync();
        await installation.ExecuteAsync("INSERT INTO __identity_migrations (migration_id, product_version) VALUES ('99990101000000_FromTheFuture', '99.0.0')");

        if (installation.Database.IsPostgreSql)
        {
            await installation.StartAsync();
        }
        else
        {
            Refuses("newer version", await installation.FailAsync());
        }
    }

    [Fact]
    public async Task Another_key_than_the_database_was_made_with_is_refused()
    {
        await using var installation = new Installation();
        await installation.StartAsync();
        await installation.StopAsync();
        var key = Path.Combine(installation.Data, "key-encryption-key");
        await File.WriteAllTextAsync(key, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), Cancellation);

        Refuses("key", await installation.FailAsync());
    }

    [Fact]
    public async Task Operators_are_served_on_an_address_of_their_own()
    {
        await using var installation = new Installation();
        await installation.StartAsync();
        using var operators = new HttpClient { BaseAddress = installation.OperationsUrl };

        Assert.Equal("healthy", (await operators.GetAsync("health", Cancellation).BodyAsync()).Text("status"));
        Assert.Contains("http_server_request_duration", await operators.GetStringAsync("metrics", Cancellation), StringComparison.Ordinal);
        using var elsewhere = await installation.Anonymous().GetAsync("metrics", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
    }

    [Fact]
    public async Task TOK_10_Where_every_request_has_to_be_pushed_the_console_pushes_its_own_and_others_are_refused()
    {
        await using var installation = new Installation();
        installation.Settings["UserDomain:RequirePushedAuthorizationRequests"] = "true";
        await installation.StartAsync($$"""
            { "clients": [ { "clientId": "shop", "type": "web", "clientSecret": "{{Installation.WebSecret}}", "scopes": ["openid"], "redirectUris": ["{{WebVisitor.RedirectUri}}"] } ] }
            """);
        using var visitor = new WebVisitor(installation.PublicUrl, "shop", Installation.WebSecret, ["openid"]);

        using var refused = await visitor.Http.GetAsync(visitor.AuthorizeUrl());
        using var console = await visitor.Http.GetAsync(new Uri("admin", UriKind.Relative), Cancellation);
        using var page = await visitor.FollowAsync(await visitor.Http.GetAsync(console.Headers.Location));

        var answer = WebVisitor.QueryOf(refused);
        Assert.StartsWith(WebVisitor.RedirectUri, refused.Headers.Location!.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal(("invalid_request", false), (answer["error"], answer.ContainsKey("code")));
        Assert.StartsWith("urn:ietf:params:oauth:request_uri:", WebVisitor.QueryOf(console)["request_uri"], StringComparison.Ordinal);
        Assert.Equal("/account/sign-in", page.RequestMessage!.RequestUri!.AbsolutePath);
    }

    [Fact]
    public async Task The_secrets_of_the_example_are_refused_where_others_can_reach_it()
    {
        await using var installation = new Installation();
        var example = await File.ReadAllTextAsync(Repository.PathOf("docs/examples/seed.json"), Cancellation);

        Refuses("secret of our example", await installation.FailAsync(example, "https://id.example.com"));
    }

    private static void Refuses(string reason, (int ExitCode, string Output, string Errors) end)
    {
        Assert.Equal(1, end.ExitCode);
        var line = Assert.Single(end.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("user-domain: ", line, StringComparison.Ordinal);
        Assert.Contains(reason, line, StringComparison.Ordinal);
        Assert.DoesNotContain("is ready", end.Output, StringComparison.Ordinal);
    }
}
