using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using UserDomain.Database;

namespace UserDomain.IdentityStore;

/// <summary>Makes the context for <c>dotnet ef migrations add</c>; it connects to nothing.</summary>
internal sealed class SqliteDesignTimeFactory : IDesignTimeDbContextFactory<SqliteIdentityStoreContext>
{
    public SqliteIdentityStoreContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<SqliteIdentityStoreContext>();
        options.UseStore(new(DatabaseProvider.Sqlite, "Data Source=design-time.db"), IdentityStoreContext.HistoryTable);
        return new(options.Options);
    }
}

/// <summary>Makes the context for <c>dotnet ef migrations add</c>; it connects to nothing.</summary>
internal sealed class PostgreSqlDesignTimeFactory : IDesignTimeDbContextFactory<PostgreSqlIdentityStoreContext>
{
    public PostgreSqlIdentityStoreContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<PostgreSqlIdentityStoreContext>();
        options.UseStore(new(DatabaseProvider.PostgreSql, "Host=localhost"), IdentityStoreContext.HistoryTable);
        return new(options.Options);
    }
}
