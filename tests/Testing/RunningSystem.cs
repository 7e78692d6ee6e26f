using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using UserDomain.AllInOne;
using UserDomain.AuditApi;
using UserDomain.Contracts;
using UserDomain.IdentityStore;
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

    /// <summary>A part of the identity server that lives as long as it does.</summary>
    public T PartOf<T>()
        where T : notnull => Host.ServicesOf(Services.IdentityServer).GetRequiredService<T>();

    /// <summary>Arranges, or looks at, what is in the store.</summary>
    public async Task<T> InStoreAsync<T>(Func<IdentityStoreContext, Task<T>> work)
    {
        await using var scope = CreateScope();
        return await work(scope.ServiceProvider.GetRequiredService<IdentityStoreContext>());
    }

    /// <summary>Arranges, or looks at, what is in the store of the audit trail.</summary>
    public async Task<T> InTrailAsync<T>(Func<AuditContext, Task<T>> work)
    {
        await using var scope = Host.ServicesOf(Services.AuditApi).CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<AuditContext>());
    }

    /// <summary>Does something with a part of the audit trail's service.</summary>
    public async Task<T> InTrailAsync<TPart, T>(Func<TPart, Task<T>> work)
        where TPart : notnull
    {
        await using var scope = Host.ServicesOf(Services.AuditApi).CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<TPart>());
    }

    /// <summary>Where files of the product are kept.</summary>
    public string DataDirectory => _data.Path;

    internal AsyncServiceScope CreateScope() => Host.ServicesOf(Services.IdentityServer).CreateAsyncScope();

    // A replica is asked by the one public URL, but at a port of its own.
    internal SocketsHttpHandler Reach(SocketsHttpHandler handler)
    {
        handler.ConnectCallback = _first is null ? null : async (_, cancellationToken) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync("localhost", _port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        };
        return handler;
    }

    private ServiceDescription WithClock(ServiceDescription service) => _clock is null ? service : service with
    {
        Add = builder =>
        {
            service.Add(builder);
            builder.Services.AddSingleton(_clock);
        },
    };
}
