using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using UserDomain.AllInOne;
using UserDomain.Contracts;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.SignIn.Passwords;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Roles;
using UserDomain.IdentityStore.Users;
using UserDomain.ServiceDefaults.Hosting;
using Xunit;

namespace UserDomain.Testing;

/// <summary>
/// The whole product in this process, on a real port and a real database. One for each test assembly. Where the environment names an installation
/// that runs elsewhere, it is that one, and its database is what is arranged here.
/// </summary>
public sealed class RunningSystem : IAsyncLifetime
{
    /// <summary>The password of every user made here.</summary>
    public const string Password = "quiet-lantern-over-fjord-71";

    private static readonly string? InstallationUrl = Environment.GetEnvironmentVariable("USER_DOMAIN_TEST_URL");

    private readonly TimeProvider? _clock;
    private readonly RunningSystem? _first;
    private readonly IReadOnlyDictionary<string, string> _more;
    private readonly TestDatabase _database;
    private readonly TestFolder _data;
    private readonly int _port = ProgramProcess.FreePort();
    private AllInOneHost? _host;

    /// <summary>Nothing runs yet.</summary>
    public RunningSystem()
        : this(clock: null, first: null)
    {
    }

    private RunningSystem(TimeProvider? clock, RunningSystem? first, IReadOnlyDictionary<string, string>? more = null)
    {
        _clock = clock;
        _first = first;
        _more = more ?? first?._more ?? new Dictionary<string, string>();
        _database = first?._database ?? new();
        _data = first?._data ?? new();
        PublicUrl = first?.PublicUrl ?? new(InstallationUrl ?? $"http://localhost:{_port}/");
    }

    /// <summary>Where the product answers.</summary>
    public Uri PublicUrl { get; }

    /// <summary>One whose services go by a clock of the test.</summary>
    public static RunningSystem At(TimeProvider clock) => new(clock, first: null);

    /// <summary>One with settings of the test's own, sections separated by colons.</summary>
    public static RunningSystem With(IReadOnlyDictionary<string, string> settings, TimeProvider? clock = null) => new(clock, first: null, settings);

    /// <summary>A replica: all services once more, on the same store. To be ended before this one.</summary>
    public RunningSystem Replica() => new(_clock, this);

    private AllInOneHost Host => _host ?? throw new InvalidOperationException("The system is not started yet.");

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        var settings = new Dictionary<string, string>(_database.Settings)
        {
            ["UserDomain:PublicUrl"] = PublicUrl.AbsoluteUri,
            ["UserDomain:DataDirectory"] = _data.Path,

            // What tests publish is on this machine; 127.0.0.1 is another host than localhost, and stays out of reach.
            ["UserDomain:Outgoing:AllowedPrivateHosts"] = "localhost",
        };
        foreach (var (name, value) in _more)
        {
            settings[name] = value;
        }

        if (_first is not null)
        {
            settings["urls"] = $"http://localhost:{_port}";
        }

        if (InstallationUrl is not null)
        {
            // It serves nobody, but has the means to arrange what is in a store.
            settings["urls"] = "http://127.0.0.1:0";
            settings["UserDomain:Database:Provider"] = "PostgreSql";
            settings["UserDomain:Database:ConnectionString"] = Environment.GetEnvironmentVariable("USER_DOMAIN_TEST_DATABASE")!;
            settings["UserDomain:KeyEncryptionKeyFile"] = Environment.GetEnvironmentVariable("USER_DOMAIN_TEST_KEY_FILE")!;
        }

        _host = await AllInOneHost.BuildAsync(AllServices.Descriptions.Select(WithClock), [.. settings.Select(pair => $"--{pair.Key}={pair.Value}")]);
        if (InstallationUrl is not null)
        {
            return;
        }

        if (_first is null)
        {
            await _database.CreateAsync();
        }

        await _host.RunStartupTasksAsync(migrateOnly: false);
        await _host.StartAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        if (_first is null)
        {
            await _database.DisposeAsync();
            _data.Dispose();
        }
    }

    /// <summary>A client without credentials that neither follows redirects nor keeps cookies.</summary>
    public HttpClient Anonymous() => new(Reach(new() { AllowAutoRedirect = false, UseCookies = false })) { BaseAddress = PublicUrl };

    /// <summary>A client with the token of a fresh service that may use these scopes and holds a fresh role with these permissions.</summary>
    /// <param name="scopes">Scopes of one API.</param>
    /// <param name="permissions">Permissions; by default those of the scopes.</param>
    public async Task<HttpClient> ClientWithAsync(string[] scopes, string[]? permissions = null)
    {
        var id = $"service-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        var secret = await RegisterAsync(new(id, ClientType.Service) { Scopes = scopes });
        await InStoreAsync(async store =>
        {
            await GiveAsync(store, permissions ?? scopes, role => new() { Id = Guid.CreateVersion7(), RoleId = role.Id, ClientId = id, CreatedAt = TimeProvider.System.GetUtcNow() });
            return await store.SaveChangesAsync();
        });
        return WithToken(await TokenAsync(new()
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = id,
            ["client_secret"] = secret!,
            ["scope"] = string.Join(' ', scopes),
        }));
    }

    /// <summary>A client with the access token of a user who really signed in, through a fresh web application.</summary>
    public async Task<HttpClient> SignedInAsync(Guid userId, params string[] scopes)
    {
        var visitor = await VisitorAsync(scopes);
        var name = await InStoreAsync(store => Task.FromResult(store.Users.Single(user => user.Id == userId).UserName!));
        return WithToken((await visitor.SignInAsync(name, Password)).AccessToken);
    }

    /// <summary>A browser in front of a fresh web application that asks for these scopes.</summary>
    public Task<WebVisitor> VisitorAsync(params string[] scopes) => VisitorOfAsync(
        new($"web-{RandomNumberGenerator.GetHexString(12, lowercase: true)}", ClientType.Web) { Scopes = ["openid", "profile", "email", "offline_access", .. scopes] },
        ["openid", .. scopes]);

    /// <summary>A browser in front of a web application; its redirect URIs are filled in here.</summary>
    internal async Task<WebVisitor> VisitorOfAsync(ClientSpec client, string[]? scopes = null)
    {
        var secret = await RegisterAsync(client with { RedirectUris = [WebVisitor.RedirectUri], PostLogoutRedirectUris = [WebVisitor.PostLogoutRedirectUri] });
        return new(PublicUrl, client.ClientId, client.ClientSecret ?? secret!, scopes ?? [.. client.Scopes], Reach);
    }

    /// <summary>Registers an application as an operator would.</summary>
    /// <param name="type"><c>web</c>, <c>spa</c> or <c>native</c>, as in a seed file.</param>
    /// <param name="redirectUri">Where it wants its codes.</param>
    /// <param name="postLogoutRedirectUri">Where it wants people back after signing out.</param>
    /// <param name="scopes">What it may ask for beside the protocol's own scopes.</param>
    /// <returns>Its id, and its secret if it can keep one.</returns>
    public Task<(string ClientId, string? ClientSecret)> RegisterAsync(string type, Uri redirectUri, Uri postLogoutRedirectUri, params string[] scopes) =>
        RegisterSignedAsync(type, algorithm: null, redirectUri, postLogoutRedirectUri, scopes);

    /// <summary>Registers an application that has all that can be signed for it signed by one algorithm.</summary>
    /// <param name="type"><c>web</c>, <c>spa</c> or <c>native</c>, as in a seed file.</param>
    /// <param name="algorithm">The algorithm; null for an ordinary application.</param>
    /// <param name="redirectUri">Where it wants its codes.</param>
    /// <param name="postLogoutRedirectUri">Where it wants people back after signing out.</param>
    /// <param name="scopes">What it may ask for beside the protocol's own scopes.</param>
    /// <returns>Its id, and its secret if it can keep one.</returns>
    public async Task<(string ClientId, string? ClientSecret)> RegisterSignedAsync(string type, string? algorithm, Uri redirectUri, Uri postLogoutRedirectUri, params string[] scopes)
    {
        var client = new ClientSpec($"{type}-{RandomNumberGenerator.GetHexString(12, lowercase: true)}", Enum.Parse<ClientType>(type, ignoreCase: true))
        {
            RedirectUris = [redirectUri.OriginalString],
            PostLogoutRedirectUris = [postLogoutRedirectUri.OriginalString],
            Scopes = ["openid", "profile", "email", "offline_access", .. scopes],
            IdTokenSignedResponseAlg = algorithm,
            UserinfoSignedResponseAlg = algorithm,
            IntrospectionSignedResponseAlg = algorithm,
            AuthorizationSignedResponseAlg = algorithm,
        };
        return (client.ClientId, await RegisterAsync(client));
    }

    /// <summary>Registers a service that publishes its keys.</summary>
    /// <param name="keys">Where.</param>
    /// <param name="scopes">What it may ask for.</param>
    /// <returns>Its id.</returns>
    public async Task<string> RegisterServiceAsync(Uri keys, params string[] scopes)
    {
        var id = $"service-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        await RegisterAsync(new(id, ClientType.Service) { Scopes = scopes, JwksUri = keys.AbsoluteUri });
        return id;
    }

    /// <summary>Registers a client.</summary>
    /// <returns>Its secret, if it has one.</returns>
    internal async Task<string?> RegisterAsync(ClientSpec client)
    {
        await using var scope = Host.ServicesOf(Services.IdentityServer).CreateAsyncScope();
        var secret = await scope.ServiceProvider.GetRequiredService<ClientRegistrar>().ApplyAsync(client, CancellationToken.None);
        await scope.ServiceProvider.GetRequiredService<IdentityStoreContext>().SaveChangesAsync();
        return secret;
    }

    /// <summary>Makes a user with <see cref="Password"/>, directly in the store.</summary>
    public async Task<Guid> CreateUserAsync(string? userName = null, string? password = null, params string[] roles)
    {
        var name = userName ?? $"user-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        await using var scope = Host.ServicesOf(Services.IdentityServer).CreateAsyncScope();
        var hash = scope.ServiceProvider.GetRequiredService<PasswordHasher>().Hash(password ?? Password);
        return await InStoreAsync(async store =>
        {
            var user = UserFactory.Create(name, $"{name}@example.test", emailVerified: true, TimeProvider.System.GetUtcNow());
            user.PasswordHash = hash;
            store.Users.Add(user);
            foreach (var role in roles)
            {
                var normalized = Role.Normalize(role);
                store.RoleAssignments.Add(new() { Id = Guid.CreateVersion7(), RoleId = store.Roles.Single(row => row.NormalizedName == normalized).Id, UserId = user.Id, CreatedAt = user.CreatedAt });
            }

            await store.SaveChangesAsync();
            return user.Id;
        });
    }

    /// <summary>A part of the identity server that lives as long as it does.</summary>
    public T PartOf<T>()
        where T : notnull => Host.ServicesOf(Services.IdentityServer).GetRequiredService<T>();

    /// <summary>Arranges, or looks at, what is in the store.</summary>
    public async Task<T> InStoreAsync<T>(Func<IdentityStoreContext, Task<T>> work)
    {
        await using var scope = Host.ServicesOf(Services.IdentityServer).CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<IdentityStoreContext>());
    }

    private ServiceDescription WithClock(ServiceDescription service) => _clock is null ? service : service with
    {
        Add = builder =>
        {
            service.Add(builder);
            builder.Services.AddSingleton(_clock);
        },
    };

    // A replica is asked by the one public URL, but at a port of its own.
    private SocketsHttpHandler Reach(SocketsHttpHandler handler)
    {
        handler.ConnectCallback = _first is null ? null : async (_, cancellationToken) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync("localhost", _port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        };
        return handler;
    }

    private static async Task GiveAsync(IdentityStoreContext store, string[] permissions, Func<Role, RoleAssignment> assign)
    {
        var now = TimeProvider.System.GetUtcNow();
        var name = $"role-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        var role = new Role { Id = Guid.CreateVersion7(), Name = name, NormalizedName = Role.Normalize(name), CreatedAt = now, UpdatedAt = now };
        foreach (var permission in permissions)
        {
            if (store.Permissions.SingleOrDefault(row => row.Name == permission) is { } known)
            {
                role.Permissions.Add(known);
            }
        }

        store.Roles.Add(role);
        store.RoleAssignments.Add(assign(role));
        await store.SaveChangesAsync();
    }

    private async Task<string> TokenAsync(Dictionary<string, string> form)
    {
        using var client = Anonymous();
        using var response = await client.PostAsync(new Uri("connect/token", UriKind.Relative), new FormUrlEncodedContent(form));
        var answer = await response.Content.ReadFromJsonAsync<TokenAnswer>();
        return response.StatusCode == HttpStatusCode.OK ? answer!.AccessToken : throw new InvalidOperationException(await response.Content.ReadAsStringAsync());
    }

    private HttpClient WithToken(string token)
    {
        var client = Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }
}
