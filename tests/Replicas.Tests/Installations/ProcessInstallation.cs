using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using UserDomain.Contracts;

namespace UserDomain.Replicas.Tests.Installations;

/// <summary>
/// Every part a process of this machine: two processes of every service, started at once, each service with its own login on one PostgreSQL
/// database, with Redis, one key file and the gateway in front. Two more gateways lead to the first and to the second replicas alone.
/// </summary>
internal sealed class ProcessInstallation : IInstallation
{
    private readonly TestFolder _folder = new();
    private readonly Dictionary<string, int[]> _ports = Services.All.ToDictionary(service => service, _ => new[] { ProgramProcess.FreePort(), ProgramProcess.FreePort() });
    private readonly ConcurrentDictionary<string, ProgramProcess> _programs = new();
    private readonly ConcurrentDictionary<string, string> _operations = new();
    private readonly TestServers _servers;
    private readonly Gateway[] _gateways;
    private readonly int[] _gatewayPorts = [ProgramProcess.FreePort(), ProgramProcess.FreePort(), ProgramProcess.FreePort()];
    private ServiceLogins? _logins;
    private string _seedFile = "";

    /// <summary>The authority whose certificates clients may be known by.</summary>
    public TestAuthority Authority { get; } = TestAuthority.Create();

    /// <summary>Where clients are asked for certificates.</summary>
    public Uri MtlsUrl => new($"https://localhost:{Gateway.MtlsPort}/");

    public ProcessInstallation()
    {
        _servers = new(_folder);
        _gateways = [.. _gatewayPorts.Select((port, number) => new Gateway(_folder, $"gateway-{number}", port))];
        PublicUrl = new($"https://localhost:{_gatewayPorts[0]}/");
        Certificate = GatewayCertificate.Create();
    }

    public Uri PublicUrl { get; }

    public X509Certificate2 Certificate { get; }

    /// <summary>The gateway everybody uses.</summary>
    public Gateway Gateway => _gateways[0];

    /// <summary>The port of a gateway that leads to one replica of each service.</summary>
    /// <param name="replica"><c>a</c> or <c>b</c>.</param>
    public int PortOf(string replica) => _gatewayPorts[replica == "a" ? 1 : 2];

    /// <summary>Where a replica tells operators how it is.</summary>
    public string OperationsUrlOf(string part) => _operations.GetOrAdd(part, _ => $"http://127.0.0.1:{ProgramProcess.FreePort()}");

    /// <summary>How a service reaches the database, with no more rights than it has.</summary>
    public string ConnectionStringOf(string service) => _logins!.Of(service)!;

    /// <summary>What all programs have printed since this was last asked.</summary>
    public string Log() => string.Join('\n', _programs.Values.SelectMany(program => program.ReadAll()));

    public async Task StartAsync(string seedFile)
    {
        await _servers.StartAsync();
        _logins = new(_servers.PostgreSql);
        await _folder.WriteSecretAsync("key", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        await File.WriteAllTextAsync(_folder["trusted.pem"], Authority.Certificate.ExportCertificatePem());
        _seedFile = await WithCertifiedClientAsync(seedFile);
        await GatewayCertificate.WriteAsync(Certificate, _folder);
        await _logins.PrepareAsync(MigrateAsync);
        await Gateway.StartAsync(PublicUrl, _ports);
        await Task.WhenAll(_gateways.Skip(1).Select((gateway, number) => gateway.StartAsync(PublicUrl, _ports.ToDictionary(pair => pair.Key, pair => new[] { pair.Value[number] }))));
        await Task.WhenAll(Services.All.SelectMany(service => new[] { 1, 2 }.Select(number => StartAsync($"{Names.Host(service)}-{number}", CancellationToken.None))));
    }

    public async Task StartAsync(string part, CancellationToken cancellationToken)
    {
        if (part is "database" or "redis")
        {
            await _servers.RunAsync("start", ServerOf(part));
            return;
        }

        var service = Services.All.Single(name => part.StartsWith(Names.Host(name), StringComparison.Ordinal));
        var address = $"http://127.0.0.1:{_ports[service][part[^1] - '1']}";
        var program = Program(service, _logins!.Of(service), [("ASPNETCORE_URLS", address), ("UserDomain:Operations:Url", OperationsUrlOf(part))]);
        _programs[part] = program;
        await program.ReadyAsync(new(address));
    }

    public Task StopAsync(string part, CancellationToken cancellationToken) => part is "database" or "redis" ? _servers.RunAsync("stop", ServerOf(part)) : EndAsync(part, "TERM");

    public Task KillAsync(string part, CancellationToken cancellationToken) => part is "database" or "redis" ? _servers.RunAsync("stop", ServerOf(part)) : EndAsync(part, "KILL");

    public async Task UpdateAsync(string service, CancellationToken cancellationToken)
    {
        foreach (var number in (int[])[1, 2])
        {
            await StopAsync($"{Names.Host(service)}-{number}", cancellationToken);
            await StartAsync($"{Names.Host(service)}-{number}", cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_programs.Values.Select(program => program.DisposeAsync().AsTask()));
        await Task.WhenAll(_gateways.Select(gateway => gateway.DisposeAsync().AsTask()));
        await _servers.DisposeAsync();
        Certificate.Dispose();
        Authority.Dispose();
        _folder.Dispose();
    }

    private static string ServerOf(string part) => part == "database" ? "postgresql" : part;

    private async Task EndAsync(string part, string signal)
    {
        Assert.True(_programs.TryRemove(part, out var program), $"{part} does not run.");
        await program.SignalAsync(signal);
        var (exitCode, output, errors) = await program.EndAsync();
        Assert.True(exitCode == (signal == "KILL" ? 137 : 0) && errors.Length == 0, $"{part} ended with {exitCode}: {errors}{output}");
        await program.DisposeAsync();
    }

    // Only where certificates are asked for may there be such a client.
    private async Task<string> WithCertifiedClientAsync(string seedFile)
    {
        var seed = JsonNode.Parse(await File.ReadAllTextAsync(seedFile))!;
        seed["clients"]!.AsArray().Add(new JsonObject
        {
            ["clientId"] = "certified",
            ["type"] = "service",
            ["tlsClientAuthSubjectDn"] = "CN=certified",
            ["senderConstraint"] = "mtls",
            ["scopes"] = new JsonArray("roles:read"),
            ["roles"] = new JsonArray("administrator"),
        });
        await File.WriteAllTextAsync(_folder["seed.json"], seed.ToJsonString());
        return _folder["seed.json"];
    }

    private async Task MigrateAsync(string service, string connectionString)
    {
        await using var program = Program(service, connectionString, [], "migrate");
        Assert.Equal((0, "", ""), await program.EndAsync());
    }

    private ProgramProcess Program(string service, string? connectionString, (string Name, string Value)[] more, params string[] arguments)
    {
        var inside = $"http://127.0.0.1:{Gateway.InsidePort}";
        var settings = new Dictionary<string, string>
        {
            ["UserDomain:PublicUrl"] = PublicUrl.AbsoluteUri,
            ["UserDomain:KeyEncryptionKeyFile"] = _folder["key"],
            ["UserDomain:SeedFile"] = _seedFile,
            ["UserDomain:KnownProxies:0"] = "127.0.0.1",
            ["UserDomain:Registration:Enabled"] = "true",
            ["UserDomain:Mtls:Url"] = MtlsUrl.AbsoluteUri,
            ["UserDomain:Mtls:TrustedCertificatesFile"] = _folder["trusted.pem"],
            ["UserDomain:Database:Provider"] = "PostgreSql",
            ["UserDomain:Database:ConnectionString"] = connectionString ?? "",
            ["UserDomain:Redis:ConnectionString"] = _servers.Redis,
        };
        foreach (var other in Services.All)
        {
            settings[$"UserDomain:Services:{other}"] = inside;
        }

        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        return ProgramProcess.Of(service, _folder.Path, settings, arguments);
    }
}
