using System.Data.Common;
using System.Text.Json;
using System.Text.RegularExpressions;
using Npgsql;

namespace UserDomain.IdentityServer.Tests.Storage;

/// <summary>How a database means to execute a statement, as far as it reads whole tables for it.</summary>
internal static partial class StatementPlan
{
    /// <summary>
    /// The tables a statement would read from end to end, however many rows they have, and in SQLite what it has put together before. Reading one in the order of an index until there are enough
    /// rows for a page is not that.
    /// </summary>
    /// <param name="connection">An open connection; PostgreSQL is to be told that it shall read whole tables only where there is no other way.</param>
    /// <param name="statement">The statement.</param>
    public static async Task<List<string>> WholeTablesAsync(DbConnection connection, LoggedStatement statement)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = (connection is NpgsqlConnection ? "EXPLAIN (FORMAT JSON) " : "EXPLAIN QUERY PLAN ") + statement.Text;
        command.Parameters.AddRange(statement.Parameters.ToArray());
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var rows = new List<(int Query, string Step)>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            rows.Add(connection is NpgsqlConnection ? (0, reader.GetString(0)) : (reader.GetInt32(1), reader.GetString(3)));
        }

        command.Parameters.Clear();
        return connection is NpgsqlConnection ? OfPostgreSql(rows[0].Step) : OfSqlite(rows, statement.Text);
    }

    private static List<string> OfPostgreSql(string plan)
    {
        using var document = JsonDocument.Parse(plan);
        return [.. Whole(document.RootElement[0].GetProperty("Plan"), isPage: false).Distinct()];
    }

    private static IEnumerable<string> Whole(JsonElement node, bool isPage)
    {
        var kind = node.GetProperty("Node Type").GetString()!;
        var page = kind == "Limit" || (isPage && kind is not ("Sort" or "Aggregate" or "Hash"));
        if (kind == "Seq Scan" || (kind is "Index Scan" or "Index Only Scan" && !node.TryGetProperty("Index Cond", out _) && !page))
        {
            yield return node.GetProperty("Relation Name").GetString()!;
        }

        foreach (var below in node.TryGetProperty("Plans", out var plans) ? plans.EnumerateArray().SelectMany(plan => Whole(plan, page)) : [])
        {
            yield return below;
        }
    }

    // A query inside of another one has steps of its own.
    private static List<string> OfSqlite(List<(int Query, string Step)> steps, string text)
    {
        var aliases = Alias().Matches(text).GroupBy(match => match.Groups[2].Value).ToDictionary(match => match.Key, match => match.First().Groups[1].Value);
        // SQLite plans what it then does not do, and has no index for how a text begins: a search reads everybody an embedded database has.
        if (text.Contains("WHERE 0", StringComparison.Ordinal) || text.Contains(" LIKE ", StringComparison.Ordinal))
        {
            return [];
        }

        var isLimited = text.Contains("LIMIT", StringComparison.Ordinal);
        bool IsPage(int query) => isLimited && !steps.Contains((query, "USE TEMP B-TREE FOR ORDER BY"));
        return [.. steps.Where(row => !IsPage(row.Query)).Select(row => Scan().Match(row.Step)).Where(scan => scan.Success)
            .Select(scan => aliases.GetValueOrDefault(scan.Groups[1].Value, scan.Groups[1].Value)).Distinct()];
    }

    [GeneratedRegex("(?:FROM|JOIN|UPDATE) \"(\\w+)\" AS \"(\\w+)\"")]
    private static partial Regex Alias();

    [GeneratedRegex(@"^SCAN (\w+)")]
    private static partial Regex Scan();
}
