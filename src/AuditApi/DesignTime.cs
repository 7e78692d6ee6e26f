using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using UserDomain.Database;

namespace UserDomain.AuditApi;

/// <summary>Makes the context for <c>dotnet ef migrations add</c>; it connects to nothing.</summary>
internal sealed class SqliteDesignTimeFactory : IDesignTimeDbContextFactory<SqliteAuditContext>
{
    public SqliteAuditContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<SqliteAuditContext>();
        options.UseStore(new(DatabaseProvider.Sqlite, "Data Source=design-time.db"), AuditContext.HistoryTable);
        return new(options.Options);
    }
}

/// <summary>Makes the context for <c>dotnet ef migrations add</c>; it connects to nothing.</summary>
internal sealed class PostgreSqlDesignTimeFactory : IDesignTimeDbContextFactory<PostgreSqlAuditContext>
{
    public PostgreSqlAuditContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<PostgreSqlAuditContext>();
        options.UseStore(new(DatabaseProvider.PostgreSql, "Host=localhost"), AuditContext.HistoryTable);
        return new(options.Options);
    }
}
