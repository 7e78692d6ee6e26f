using Npgsql;

namespace UserDomain.Testing;

/// <summary>
/// The database a test run works on: SQLite in a folder of its own, or a new database on the PostgreSQL server of the environment, with
/// Redis beside it. ./test runs every test with both.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private const string PostgreSqlVariable = "USER_DOMAIN_TEST_POSTGRESQL";
    private const string RedisVariable = "USER_DOMAIN_TEST_REDIS";

    private readonly string? _server = Environment.GetEnvironmentVariable(PostgreSqlVariable);
    private readonly string _name = $"test_{Guid.CreateVersion7():n}";

    /// <summary>Whether the tests run on PostgreSQL.</summary>
    public bool IsPostgreSql => _server is { Length: > 0 };

    /// <summary>Settings that point a service at this database.</summary>
    public IReadOnlyDictionary<string, string> Settings => IsPostgreSql
        ? new Dictionary<string, string>
        {
            ["UserDomain:Database:Provider"] = "PostgreSql",
            ["UserDomain:Database:ConnectionString"] = ConnectionString,
            ["UserDomain:Redis:ConnectionString"] = Environment.GetEnvironmentVariable(RedisVariable) ?? throw new InvalidOperationException($"{RedisVariable} is not set: run ./test"),
        }
        : [];

    /// <summary>How the PostgreSQL database is reached.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder(_server) { Database = _name, MaxPoolSize = 20 }.ConnectionString;

    /// <summary>Creates the database.</summary>
    public async Task CreateAsync()
    {
        if (IsPostgreSql)
        {
            await ExecuteAsync($"CREATE DATABASE {_name}");
        }
    }

    /// <summary>Drops the database.</summary>
    public async ValueTask DisposeAsync()
    {
        if (IsPostgreSql)
        {
            await ExecuteAsync($"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");
        }
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
