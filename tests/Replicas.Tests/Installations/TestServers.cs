using System.Diagnostics;
using Npgsql;

namespace UserDomain.Replicas.Tests.Installations;

/// <summary>A PostgreSQL and a Redis of our own, so that they can be stopped.</summary>
/// <param name="folder">Where they keep what they have.</param>
internal sealed class TestServers(TestFolder folder) : IAsyncDisposable
{
    private const string Database = "user_domain";

    /// <summary>The database, as its administrator.</summary>
    public string PostgreSql { get; private set; } = "";

    /// <summary>Redis, as in the settings.</summary>
    public string Redis { get; private set; } = "";

    /// <summary>Starts both, the database empty.</summary>
    public async Task StartAsync()
    {
        // PostgreSQL does not run as root, and has to get at its folder.
        File.SetUnixFileMode(folder.Path, File.GetUnixFileMode(folder.Path) | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
        await RunAsync("start", "");
        var lines = (await File.ReadAllLinesAsync(folder["environment"])).ToDictionary(line => line[..line.IndexOf('=')], line => line[(line.IndexOf('=') + 1)..].Trim('\''));
        Redis = lines["REDIS"];
        await using var connection = new NpgsqlConnection(lines["POSTGRESQL"]);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {Database}", connection);
        await command.ExecuteNonQueryAsync();
        PostgreSql = new NpgsqlConnectionStringBuilder(lines["POSTGRESQL"]) { Database = Database, MaxPoolSize = 20 }.ConnectionString;
    }

    /// <summary>Starts or stops one.</summary>
    /// <param name="action"><c>start</c> or <c>stop</c>.</param>
    /// <param name="server"><c>postgresql</c>, <c>redis</c>, or empty for both.</param>
    public async Task RunAsync(string action, string server)
    {
        using var script = Process.Start(Repository.PathOf("eng/test-services"), server.Length == 0 ? [action, folder.Path] : [action, folder.Path, server]);
        await script.WaitForExitAsync();
        Assert.Equal(0, script.ExitCode);
    }

    public async ValueTask DisposeAsync() => await RunAsync("stop", "");
}
