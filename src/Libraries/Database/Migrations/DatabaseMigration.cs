using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.Database.Migrations;

/// <summary>Brings a store up to date under a lock, so that any number of replicas may start at once (REL-07).</summary>
internal static class DatabaseMigration
{
    private static readonly TimeSpan LongStatement = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public static async Task RunAsync(DbContext store, DatabaseSettings settings, string historyTable, CancellationToken cancellationToken)
    {
        try
        {
            if (settings.Provider == DatabaseProvider.Sqlite)
            {
                await PrepareSqliteAsync(store, settings, cancellationToken);
            }

            // Most starts find nothing to do, and finding that out is much cheaper than having EF Core compare the whole model under its lock.
            if (!await WhenItAnswersAsync(() => IsUpToDateAsync(store, settings, historyTable, cancellationToken), cancellationToken))
            {
                store.Database.SetCommandTimeout(LongStatement);
                await store.Database.MigrateAsync(cancellationToken);
            }
        }
        catch (Exception exception) when (exception is DbException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The {settings.DisplayName} cannot be opened: {exception.GetBaseException().Message}", exception);
        }
        finally
        {
            store.Database.SetCommandTimeout((int?)null);
        }
    }

    // A database server that is starting up, or has many replicas starting on it, soon answers. A wrong name or password does not get better.
    private static async Task<T> WhenItAnswersAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (Exception exception) when (exception is NpgsqlException { IsTransient: true } or TimeoutException && TimeProvider.System.GetElapsedTime(since) < Patience)
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    private static async Task PrepareSqliteAsync(DbContext store, DatabaseSettings settings, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(settings.SqliteFile)!);
        SqliteProcessLock.Take(settings.SqliteFile);
        await store.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken);

        // A process that died while migrating leaves EF Core's lock row behind for ever. We hold the file alone, so it is nobody's.
        await store.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken);
    }

    private static async Task<bool> IsUpToDateAsync(DbContext store, DatabaseSettings settings, string historyTable, CancellationToken cancellationToken)
    {
        if (!await store.GetService<IHistoryRepository>().ExistsAsync(cancellationToken))
        {
            return false;
        }

        var known = store.Database.GetMigrations().ToHashSet();
        var applied = await ReadAppliedAsync(store, historyTable, cancellationToken);

        // Replicas of the version before go on beside the new ones, and come back on its tables: a release only adds to them. One process has no
        // replicas, and whoever starts an older one on its file rather made a mistake.
        if (settings.Provider == DatabaseProvider.Sqlite && applied.Except(known).FirstOrDefault() is { } unknown)
        {
            throw new StartupException($"The {settings.DisplayName} was made by a newer version (it has migration {unknown}): start that version, or restore a backup of before");
        }

        return applied.IsSupersetOf(known);
    }

    // EF Core would put together a model of this one table first, which takes longer than all else here.
    private static async Task<HashSet<string>> ReadAppliedAsync(DbContext store, string historyTable, CancellationToken cancellationToken)
    {
        var applied = new HashSet<string>();
        await store.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = store.Database.GetDbConnection().CreateCommand();
            command.CommandText = $"SELECT migration_id FROM {historyTable}";
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                applied.Add(reader.GetString(0));
            }
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // An empty database: here, asked whether the table exists, EF Core says yes to all.
        }
        finally
        {
            await store.Database.CloseConnectionAsync();
        }

        return applied;
    }
}
