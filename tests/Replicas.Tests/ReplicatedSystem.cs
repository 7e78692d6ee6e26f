using System.Runtime.Versioning;
using System.Security.Cryptography;
using UserDomain.Contracts;
using UserDomain.Replicas.Tests;

[assembly: AssemblyFixture(typeof(ReplicatedSystem))]
[assembly: UnsupportedOSPlatform("windows")]

namespace UserDomain.Replicas.Tests;

/// <summary>
/// The production shape: two processes of every service, started at once, each service with its own login on one PostgreSQL database, with Redis,
/// one key file and the gateway in front.
/// </summary>
public sealed class ReplicatedSystem : IAsyncLifetime
{
    /// <summary>Secret of every client of the seed file that keeps one.</summary>
    public const string Secret = "secret-of-clients-in-replica-tests-01";

    private readonly TestFolder _folder = new();
    private readonly TestDatabase _database = new();
    private readonly int _port = ProgramProcess.FreePort();
    private readonly List<ProgramProcess> _programs = [];
    private readonly ServiceLogins _logins;
    private Nginx? _gateway;

    /// <summary>Nothing runs yet.</summary>
    public ReplicatedSystem() => _logins = new(_database);

    /// <summary>Where the gateway answers.</summary>
    public Uri PublicUrl => new($"http://localhost:{_port}/");

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        await _database.CreateAsync();
        await WriteSecretFileAsync("key", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        await WriteSecretFileAsync("seed.json", Seed);
        await _logins.PrepareAsync(MigrateAsync);
        var replicas = Services.All.ToDictionary(service => service, service => (A: ProgramProcess.FreePort(), B: ProgramProcess.FreePort()));
        _gateway = new(_folder, _port, replicas);
        await _gateway.StartAsync();
        await Task.WhenAll(replicas.SelectMany(pair => new[] { StartAsync(pair.Key, pair.Value.A), StartAsync(pair.Key, pair.Value.B) }));
    }

    /// <summary>A client of the gateway whose requests go to one replica of each service; null for either in turn.</summary>
    public HttpClient Client(string? replica = null, string? accessToken = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = PublicUrl };
        if (replica is not null)
        {
            client.DefaultRequestHeaders.Add("X-Test-Replica", replica);
        }

        if (accessToken is not null)
        {
            client.DefaultRequestHeaders.Authorization = new("Bearer", accessToken);
        }

        return client;
    }

    /// <summary>A person's browser in front of the web application of the seed file.</summary>
    public WebVisitor Visitor() => new(PublicUrl, "shop", Secret, ["openid", "offline_access", "profile:self"]);

    /// <summary>An access token of the service of the seed file.</summary>
    public async Task<string> ServiceTokenAsync(string replica, string scope)
    {
        using var client = Client(replica);
        using var answer = await client.PostAsync(new Uri("connect/token", UriKind.Relative), new FormUrlEncodedContent(
        [
            new("grant_type", "client_credentials"), new("client_id", "service"), new("client_secret", Secret), new("scope", scope),
        ]), TestContext.Current.CancellationToken);
        return (await answer.Content.ReadFromJsonAsync<TokenAnswer>(TestContext.Current.CancellationToken))!.AccessToken;
    }

    /// <summary>The gateway's log of requests.</summary>
    public Task<string[]> GatewayLogAsync() => _gateway!.AccessLogAsync();

    /// <summary>How a service reaches the database, with no more rights than it has.</summary>
    public string ConnectionStringOf(string service) => _logins.Of(service)!;

    /// <summary>What all programs have printed since this was last asked.</summary>
    public string Log() => string.Join('\n', _programs.SelectMany(program => program.ReadAll()));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_programs.Select(program => program.DisposeAsync().AsTask()));
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }

        await _database.DisposeAsync();
        _folder.Dispose();
    }

    private Task StartAsync(string service, int port)
    {
        var program = Program(service, _logins.Of(service), [("ASPNETCORE_URLS", $"http://127.0.0.1:{port}")]);
        _programs.Add(program);
        return program.ReadyAsync(new($"http://127.0.0.1:{port}"));
    }

    private async Task MigrateAsync(string service, string connectionString)
    {
        await using var program = Program(service, connectionString, [], "migrate");
        Assert.Equal((0, "", ""), await program.EndAsync());
    }

    private ProgramProcess Program(string service, string? connectionString, (string Name, string Value)[] more, params string[] arguments)
    {
        var settings = new Dictionary<string, string>(_database.Settings)
        {
            ["UserDomain:PublicUrl"] = PublicUrl.AbsoluteUri,
            ["UserDomain:KeyEncryptionKeyFile"] = _folder["key"],
            ["UserDomain:SeedFile"] = _folder["seed.json"],
            ["UserDomain:KnownProxies:0"] = "127.0.0.1",
            ["UserDomain:Database:ConnectionString"] = connectionString ?? "",
        };
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        return ProgramProcess.Of(service, _folder.Path, settings, arguments);
    }

    private async Task WriteSecretFileAsync(string name, string content)
    {
        await File.WriteAllTextAsync(_folder[name], content);
        File.SetUnixFileMode(_folder[name], UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private const string Seed = $$"""
        {
          "clients": [
            { "clientId": "shop", "type": "web", "clientSecret": "{{Secret}}", "redirectUris": ["{{WebVisitor.RedirectUri}}"],
              "scopes": ["openid", "offline_access", "profile:self"] },
            { "clientId": "service", "type": "service", "clientSecret": "{{Secret}}",
              "scopes": ["users:read", "users:write", "roles:read", "roles:write", "sessions:read", "sessions:write", "audit:read"], "roles": ["administrator"] }
          ],
          "users": [
            { "email": "admin@example.test", "userName": "root-admin", "password": "{{RunningSystem.Password}}", "roles": ["administrator"] },
            { "email": "alice@example.test", "userName": "alice", "password": "{{RunningSystem.Password}}" },
            { "email": "bob@example.test", "userName": "bob", "password": "{{RunningSystem.Password}}" }
          ]
        }
        """;
}
