using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Npgsql;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.Database;

/// <summary>The databases the product runs on.</summary>
public enum DatabaseProvider
{
    /// <summary>Embedded: one file, one process.</summary>
    Sqlite,

    /// <summary>PostgreSQL: any number of processes.</summary>
    PostgreSql,
}

/// <summary>Which database, and how to reach it.</summary>
/// <param name="Provider">The kind of database.</param>
/// <param name="ConnectionString">Complete: defaults of ours are filled in where the operator gave none.</param>
public sealed record DatabaseSettings(DatabaseProvider Provider, string ConnectionString)
{
    /// <summary>Name of the embedded database in the data directory.</summary>
    public const string DefaultFileName = "user-domain.db";

    private const int TimeoutSeconds = 3;

    /// <summary>The database without credentials, for messages.</summary>
    public string DisplayName
    {
        get
        {
            if (Provider == DatabaseProvider.Sqlite)
            {
                return $"SQLite database {SqliteFile}";
            }

            var target = new NpgsqlConnectionStringBuilder(ConnectionString);
            return $"PostgreSQL database '{target.Database}' at {target.Host}:{target.Port}";
        }
    }

    /// <summary>Path of the SQLite file.</summary>
    public string SqliteFile => new SqliteConnectionStringBuilder(ConnectionString).DataSource;

    /// <summary>Reads and checks the settings <c>UserDomain:Database</c>.</summary>
    /// <exception cref="StartupException">The provider is unknown, or its connection string is missing or malformed.</exception>
    public static DatabaseSettings Read(IConfiguration configuration, UserDomainSettings shared)
    {
        var section = configuration.GetSection($"{UserDomainSettings.Section}:Database");
        var connectionString = section["ConnectionString"] is { Length: > 0 } value ? value : null;
        try
        {
            return (section["Provider"]?.ToUpperInvariant() ?? "") switch
            {
                "" or "SQLITE" => Sqlite(connectionString, shared),
                "POSTGRESQL" => PostgreSql(connectionString),
                _ => throw new StartupException($"UserDomain__Database__Provider is '{section["Provider"]}': it must be Sqlite or PostgreSql"),
            };
        }
        catch (ArgumentException exception)
        {
            throw new StartupException($"UserDomain__Database__ConnectionString is not valid: {exception.Message}", exception);
        }
    }

    private static DatabaseSettings Sqlite(string? connectionString, UserDomainSettings shared)
    {
        var builder = new SqliteConnectionStringBuilder(connectionString) { ForeignKeys = true };
        builder.DataSource = Path.GetFullPath(builder.DataSource is { Length: > 0 } file ? file : Path.Combine(shared.DataDirectory, DefaultFileName));
        return new(DatabaseProvider.Sqlite, builder.ConnectionString);
    }

    private static DatabaseSettings PostgreSql(string? connectionString)
    {
        var given = new NpgsqlConnectionStringBuilder(connectionString
            ?? throw new StartupException("UserDomain__Database__ConnectionString is missing: PostgreSql needs one, such as Host=db;Database=user_domain;Username=...;Password=..."));
        var builder = new NpgsqlConnectionStringBuilder
        {
            // Bounds of ours (REL-02); what the operator gave comes after and wins.
            Timeout = TimeoutSeconds,
            CommandTimeout = TimeoutSeconds,
            MaxAutoPrepare = 100,
            NoResetOnClose = true,
            ApplicationName = "user-domain",
            // A library it would look for, and complain of, is in no minimal image; TLS is what encrypts here.
            GssEncryptionMode = GssEncryptionMode.Disable,
        };
        foreach (var key in given.Keys.Cast<string>().Where(given.ShouldSerialize))
        {
            builder[key] = given[key];
        }

        return new(DatabaseProvider.PostgreSql, builder.ConnectionString);
    }
}
