using System.Data.Common;
using Npgsql;

namespace UserDomain.Database;

/// <summary>Reads what models store, from the rows of a <see cref="Statement"/>.</summary>
public static class RowReading
{
    /// <summary>A text; null where there is none.</summary>
    public static string? GetText(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>An identifier; null where there is none.</summary>
    public static Guid? GetId(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetGuid(column);

    /// <summary>A time of a model that goes by <see cref="ModelConventions.UseComparableTimes"/>.</summary>
    public static DateTimeOffset GetTime(this DbDataReader row, int column) =>
        row is NpgsqlDataReader ? row.GetFieldValue<DateTimeOffset>(column) : ModelConventions.TimeOf(row.GetInt64(column));

    /// <summary>A time without an offset, which is UTC; null where there is none.</summary>
    public static DateTime? GetUtc(this DbDataReader row, int column) => row.IsDBNull(column) ? null : DateTime.SpecifyKind(row.GetDateTime(column), DateTimeKind.Utc);
}
