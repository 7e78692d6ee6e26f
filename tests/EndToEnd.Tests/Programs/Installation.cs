using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace UserDomain.EndToEnd.Tests.Programs;

/// <summary>
/// The product as somebody has installed it: a database, a data folder and a seed file, on which the all-in-one program is started, ended and started again.
/// </summary>
internal sealed class Installation : IAsyncDisposable
{
    public const string WebSecret = "secret-of-the-web-shop-in-tests-0001";
    public const string ServiceSecret = "secret-of-the-service-in-tests-00001";

    private readonly TestFolder _folder = new();
    private ProgramProcess? _running;
    private bool _created;

    /// <summary>Where it answers.</summary>
    public Uri PublicUrl { get; } = new($"http://localhost:{ProgramProcess.FreePort()}/");

    /// <summary>Where it tells operators how it is.</summary>
    public Uri OperationsUrl { get; } = new($"http://localhost:{ProgramProcess.FreePort()}/");

    /// <summary>The database.</summary>
    public TestDatabase Database { get; } = new();

    /// <summary>Path of the data folder; SQLite is in it.</summary>
    public string Data => _folder["data"];

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <returns>What it printed at start.</returns>
    public async Task<IReadOnlyList<string>> StartAsync(string? seed = null, string lastLine = "  started")
    {
        _running = await BeginAsync(seed);
        return await _running.ReadToAsync(lastLine);
    }

    /// <summary>Starts it and waits for its end, for starts that fail.</summary>
    public async Task<(int ExitCode, string Output, string Errors)> FailAsync(string? seed = null, string? publicUrl = null)
    {
        await using var program = await BeginAsync(seed, publicUrl);
        return await program.EndAsync();
    }

    /// <summary>Has the program do something beside the one that runs, and waits for its end.</summary>
    public async Task<(int ExitCode, string Output, string Errors)> CommandAsync(params string[] arguments)
    {
        await using var program = await BeginAsync(seed: null, publicUrl: null, arguments);
        return await program.EndAsync();
    }

    /// <summary>Ends it as an operator does.</summary>
    public async Task<(int ExitCode, string Output, string Errors)> StopAsync()
    {
        await _running!.SignalAsync("TERM");
        return await _running.EndAsync();
    }

    /// <summary>Ends it as a power failure does.</summary>
    public async Task KillAsync()
    {
        await _running!.SignalAsync("KILL");
        await _running.EndAsync();
    }

    /// <summary>Settings beside those every installation has, for the next start.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>A client of its public address that neither follows redirects nor keeps cookies.</summary>
    public HttpClient Anonymous() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = PublicUrl };

    /// <summary>A client with a token of the service of the seed file.</summary>
    public async Task<HttpClient> ServiceAsync(string scope)
    {
        var client = Anonymous();
        using var answer = await client.PostAsync(new Uri("connect/token", UriKind.Relative), new FormUrlEncodedContent(
        [
            new("grant_type", "client_credentials"), new("client_id", "service"), new("client_secret", ServiceSecret), new("scope", scope),
        ]), TestContext.Current.CancellationToken);
        var token = await answer.Content.ReadFromJsonAsync<TokenAnswer>(TestContext.Current.CancellationToken);
        client.DefaultRequestHeaders.Authorization = new("Bearer", token!.AccessToken);
        return client;
    }

    /// <summary>Runs a statement on the database and gives its first value.</summary>
    public async Task<object?> ExecuteAsync(string sql)
    {
        await using DbConnection connection = Database.IsPostgreSql
            ? new NpgsqlConnection(Database.ConnectionString)
            : new SqliteConnection($"Data Source={Path.Combine(Data, "user-domain.db")};Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_running is not null)
        {
            await _running.DisposeAsync();
        }

        await Database.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<ProgramProcess> BeginAsync(string? seed, string? publicUrl = null, params string[] arguments)
    {
        var settings = new Dictionary<string, string>(Database.Settings.Concat(Settings))
        {
            ["UserDomain:PublicUrl"] = publicUrl ?? PublicUrl.AbsoluteUri,
            ["UserDomain:DataDirectory"] = Data,
            ["UserDomain:Operations:Url"] = OperationsUrl.AbsoluteUri,
            ["ASPNETCORE_URLS"] = PublicUrl.AbsoluteUri,
        };
        if (seed is not null)
        {
            await File.WriteAllTextAsync(_folder["seed.json"], seed, TestContext.Current.CancellationToken);
            settings["UserDomain:SeedFile"] = _folder["seed.json"];
        }

        if (!_created)
        {
            await Database.CreateAsync();
            _created = true;
        }

        return ProgramProcess.Of("AllInOne", _folder.Path, settings, arguments);
    }
}
