using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace UserDomain.IdentityServer.Tests.Storage;

/// <summary>A statement somebody has executed, with the parameters of one time.</summary>
public sealed record LoggedStatement(string Text, IReadOnlyList<DbParameter> Parameters);

/// <summary>Every statement that reads, changes or deletes rows of one database, from here on until it is disposed, each once.</summary>
public sealed class StatementLog : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private readonly string _database;
    private readonly ConcurrentDictionary<string, LoggedStatement> _statements = new();
    private readonly ConcurrentBag<IDisposable> _subscriptions = [];

    /// <param name="database">What <see cref="DbConnection.Database"/> and <see cref="DbConnection.DataSource"/> of its connections are.</param>
    public StatementLog(string database)
    {
        _database = database;
        _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
    }

    public IReadOnlyCollection<LoggedStatement> Statements => [.. _statements.Values];

    /// <summary>What tells one database from all others.</summary>
    public static string NameOf(DbConnection connection) => $"{connection.DataSource} {connection.Database}";

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "Microsoft.EntityFrameworkCore")
        {
            _subscriptions.Add(value.Subscribe(this));
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key == RelationalEventId.CommandExecuting.Name && value.Value is CommandEventData { Command: { Connection: { } connection } command }
            && NameOf(connection) == _database)
        {
            // What is saved together is sent together. Each of it is planned by itself.
            foreach (var text in command.CommandText.Split(";\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(IsPlanned))
            {
                _statements.TryAdd(text, new(text, [.. command.Parameters.Cast<DbParameter>().Where(parameter => Names(text, parameter)).Select(Copy)]));
            }
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose()
    {
        foreach (var subscription in _subscriptions)
        {
            subscription.Dispose();
        }
    }

    private static bool IsPlanned(string text) =>
        new[] { "SELECT", "WITH", "UPDATE", "DELETE" }.Any(verb => text.StartsWith(verb, StringComparison.OrdinalIgnoreCase))
        && !text.StartsWith("SELECT changes()", StringComparison.OrdinalIgnoreCase);

    private static bool Names(string text, DbParameter parameter) => text.Contains('@' + parameter.ParameterName.TrimStart('@'), StringComparison.Ordinal);

    private static DbParameter Copy(DbParameter parameter) => parameter is NpgsqlParameter of ? of.Clone() : new SqliteParameter(parameter.ParameterName, parameter.Value);
}
