using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace UserDomain.Database;

/// <summary>Tells why a save failed, in words that both databases share.</summary>
public static class SaveFailures
{
    // https://sqlite.org/rescode.html, extended result codes.
    private const int SqliteForeignKey = 787;
    private const int SqlitePrimaryKey = 1555;
    private const int SqliteUnique = 2067;

    /// <summary>Whether somebody else has saved the same name or key first.</summary>
    public static bool IsDuplicate(this DbUpdateException exception) => exception.InnerException switch
    {
        PostgresException postgres => postgres.SqlState == PostgresErrorCodes.UniqueViolation,
        SqliteException sqlite => sqlite.SqliteExtendedErrorCode is SqliteUnique or SqlitePrimaryKey,
        _ => false,
    };

    /// <summary>Whether somebody else has meanwhile deleted what the saved row refers to, or has begun to refer to what was to be deleted.</summary>
    public static bool IsBrokenReference(this DbUpdateException exception) => exception.InnerException switch
    {
        PostgresException postgres => postgres.SqlState is PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.RestrictViolation,
        SqliteException sqlite => sqlite.SqliteExtendedErrorCode == SqliteForeignKey,
        _ => false,
    };

    /// <summary>Inserts a row, unless somebody else has inserted it meanwhile; the row is not tracked afterwards.</summary>
    /// <returns>Whether it was inserted here.</returns>
    public static async Task<bool> TryInsertAsync(this DbContext store, object row, CancellationToken cancellationToken)
    {
        store.Add(row);
        try
        {
            await store.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException exception) when (exception.IsDuplicate())
        {
            return false;
        }
        finally
        {
            store.Entry(row).State = EntityState.Detached;
        }
    }
}
