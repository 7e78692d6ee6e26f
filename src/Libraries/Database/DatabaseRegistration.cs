using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using UserDomain.Database.Leases;
using UserDomain.Database.Migrations;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.Database;

/// <summary>Registers a store on the database of the settings.</summary>
public static class DatabaseRegistration
{
    /// <summary>Registers a context, its migration at start, and its part in readiness.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="historyTable">Where the store keeps which migrations it has had; stores share one database.</param>
    /// <typeparam name="TContext">The context code asks for.</typeparam>
    /// <typeparam name="TSqlite">Its form with the SQLite migrations.</typeparam>
    /// <typeparam name="TPostgreSql">Its form with the PostgreSQL migrations.</typeparam>
    public static void AddStore<TContext, TSqlite, TPostgreSql>(this WebApplicationBuilder builder, string historyTable)
        where TContext : DbContext
        where TSqlite : TContext
        where TPostgreSql : TContext
    {
        var settings = DatabaseSettings.Read(builder.Configuration, builder.Services.GetSettings());
        builder.Services.TryAddSingleton(settings);
        if (settings.Provider == DatabaseProvider.Sqlite)
        {
            builder.Services.AddDbContextPool<TContext, TSqlite>(options => options.UseStore(settings, historyTable));
        }
        else
        {
            builder.Services.AddDbContextPool<TContext, TPostgreSql>(options => options.UseStore(settings, historyTable));
        }

        builder.Services.AddSingleton(new StartupTask($"migrate {historyTable}", IsMigration: true, (services, cancellationToken) =>
            DatabaseMigration.RunAsync(services.GetRequiredService<TContext>(), settings, historyTable, cancellationToken)));
        builder.Services.TryAddScoped<Lease<TContext>>();
        builder.Services.AddHealthChecks().AddCheck<StoreHealth<TContext>>(historyTable);
    }

    /// <summary>Points a context at a database, with the conventions of the product. Design-time factories use it as well.</summary>
    public static void UseStore(this DbContextOptionsBuilder options, DatabaseSettings settings, string historyTable)
    {
        if (settings.Provider == DatabaseProvider.Sqlite)
        {
            options.UseSqlite(settings.ConnectionString, sqlite => sqlite.MigrationsHistoryTable(historyTable));
            options.AddInterceptors(SqliteConnectionSetup.Instance);
        }
        else
        {
            options.UseNpgsql(settings.ConnectionString, postgres => postgres.MigrationsHistoryTable(historyTable));
        }

        options.UseSnakeCaseNamingConvention();

        // A failed save is either expected, as when a name is taken, or reaches somebody who logs it: here it would be told twice.
        options.ConfigureWarnings(warnings => warnings.Ignore(SqliteEventId.SchemaConfiguredWarning)
            .Log((RelationalEventId.CommandError, LogLevel.Debug), (CoreEventId.SaveChangesFailed, LogLevel.Debug)));
    }
}
