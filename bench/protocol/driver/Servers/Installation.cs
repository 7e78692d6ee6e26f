using System.Globalization;

namespace UserDomain.LoadDriver.Servers;

/// <summary>Every server of the bench, as it is configured. They share PostgreSQL and Redis, each with a database of its own.</summary>
internal sealed class Installation : IAsyncDisposable
{
    private readonly Settings _settings;
    private readonly Server _auditApi;
    private readonly Server _sessionApi;

    public Installation(Settings settings)
    {
        _settings = settings;
        Product = OfProduct("user-domain", "IdentityServer", 0, Stored("user_domain"));
        OpenIddict = new(settings, "openiddict", settings.Port + 1)
        {
            Command = ["dotnet", ProgramOf("OpenIddictPeer")],
            Environment = WithSecrets(1, [new("ConnectionStrings__Store", ConnectionString("openiddict"))]),
            StoreTime = () => ProcessorTime.WithChildren(settings.PostgreSql.Process),
            FirstWarmUp = settings.LongWarmUp,
        };
        OidcProvider = new(settings, "oidc-provider", settings.Port + 2)
        {
            Command = ["node", Path.Combine(settings.Folder, "oidc-provider", "server.mjs")],
            Environment = WithSecrets(2, [new("NODE_ENV", "production")]),
            FirstWarmUp = settings.WarmUp,
        };
        RoleApi = OfProduct("role-api", "RoleApi", 3, Stored("user_domain"), "health/ready");
        _sessionApi = OfProduct("session-api", "SessionApi", 6, Stored("user_domain"), "health/ready", isMeasured: false);
        _auditApi = OfProduct("audit-api", "AuditApi", 4, [], "health/ready", isMeasured: false);
        Embedded = OfProduct("embedded", "IdentityServer", 5, [new("UserDomain__PublicUrl", AddressOf(5)), new("UserDomain__DataDirectory", Path.Combine(settings.Folder, "embedded"))]);
    }

    /// <summary>The product's server.</summary>
    public Server Product { get; }

    /// <summary>The product's server as it is by default: with its embedded database.</summary>
    public Server Embedded { get; }

    /// <summary>An API of the product.</summary>
    public Server RoleApi { get; }

    /// <summary>What the product is compared with: its own foundation as the documentation leads.</summary>
    public Server OpenIddict { get; }

    /// <summary>A peer that stores nothing durably.</summary>
    public Server OidcProvider { get; }

    private Server[] All => [_auditApi, Product, _sessionApi, OpenIddict, OidcProvider, RoleApi, Embedded];

    /// <summary>Starts what is measured, and what the product needs for it.</summary>
    public async Task StartAsync(IEnumerable<Server> measured)
    {
        foreach (var server in All.Intersect([_auditApi, Product, _sessionApi, .. measured]))
        {
            await server.StartAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in All)
        {
            await server.DisposeAsync();
        }
    }

    // The audit trail takes what the product records, and SessionApi tells what is revoked, as in production. They are no part of what is compared: the driver's core.
    private Server OfProduct(string name, string program, int offset, IEnumerable<KeyValuePair<string, string>> store, string readyPath = ".well-known/openid-configuration", bool isMeasured = true) =>
        new(_settings, name, _settings.Port + offset)
        {
            Command = ["dotnet", ProgramOf(program)],
            Environment = Shared(offset).Concat(store).GroupBy(setting => setting.Key).ToDictionary(setting => setting.Key, setting => setting.Last().Value),
            PublicHost = program == "IdentityServer" ? null : $"localhost:{_settings.Port}",
            ReadyPath = readyPath,
            StoreTime = () => ProcessorTime.WithChildren(_settings.PostgreSql.Process) + ProcessorTime.Of(_settings.Redis.Process),
            FirstWarmUp = _settings.LongWarmUp,
            IsMeasured = isMeasured,
        };

    private IEnumerable<KeyValuePair<string, string>> Shared(int offset) =>
    [
        new("UserDomain__PublicUrl", AddressOf(0)),
        new("UserDomain__DataDirectory", _settings.Folder),
        new("UserDomain__KeyEncryptionKeyFile", Path.Combine(_settings.Folder, "key")),
        new("UserDomain__SeedFile", Path.Combine(_settings.Folder, "seed.json")),
        new("UserDomain__Admin__Password", _settings.Password),
        new("UserDomain__Services__SessionApi", AddressOf(6)),
        new("UserDomain__Services__AuditApi", AddressOf(4)),
        new("ASPNETCORE_URLS", AddressOf(offset)),
    ];

    private IEnumerable<KeyValuePair<string, string>> Stored(string database) =>
    [
        new("UserDomain__Database__Provider", "PostgreSql"),
        new("UserDomain__Database__ConnectionString", ConnectionString(database)),
        new("UserDomain__Redis__ConnectionString", $"127.0.0.1:{_settings.Redis.Port}"),
    ];

    private Dictionary<string, string> WithSecrets(int offset, IEnumerable<KeyValuePair<string, string>> more) => new(more)
    {
        ["PEER_URL"] = AddressOf(offset),
        ["PEER_CLIENT_SECRET"] = _settings.ClientSecret,
        ["PEER_PASSWORD"] = _settings.Password,
    };

    private string ProgramOf(string project) => Path.Combine(_settings.Folder, project, $"UserDomain.{project}.dll");

    private string AddressOf(int offset) => string.Create(CultureInfo.InvariantCulture, $"http://localhost:{_settings.Port + offset}");

    private string ConnectionString(string database) => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_settings.PostgreSql.Port};Username=postgres;Database={database}");
}
