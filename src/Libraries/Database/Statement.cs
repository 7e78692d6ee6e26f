using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace UserDomain.Database;

/// <summary>A parameter of a statement, which is stored as a column is.</summary>
/// <param name="Name">What the text calls it, without the <c>@</c>.</param>
/// <param name="Entity">The entity the column belongs to.</param>
/// <param name="Property">The property that is stored in it.</param>
public sealed record StatementParameter(string Name, Type Entity, string Property);

/// <summary>
/// SQL of our own, for the few statements that are executed so often that putting them together, tracking what they read and finding out what
/// has changed cost more than the database does. It goes by the connection, the transaction, the types and the log of a context, as everything else does.
/// </summary>
/// <param name="text">The text. The name of a table stands in braces, and is written as the database wants it: SQLite knows no schema.</param>
/// <param name="parameters">The parameters, in the order their values are given.</param>
public sealed class Statement(string text, params StatementParameter[] parameters)
{
    private Built? _built;

    /// <summary>Reads at most one row, of the first statement of the text; what follows is done as well.</summary>
    /// <param name="context">The context.</param>
    /// <param name="values">A value for each parameter.</param>
    /// <param name="read">Makes what is asked for of the row.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <returns>What was made; null when there is no row.</returns>
    public async Task<T?> ReadAsync<T>(DbContext context, object?[] values, Func<DbDataReader, T> read, CancellationToken cancellationToken)
        where T : class
    {
        var built = BuiltFor(context);
        var connection = context.GetService<IRelationalConnection>();
        var command = built.CommandOn(connection);
        T? made;
        await using (var reader = await command.ExecuteReaderAsync(built.With(connection, context, values), cancellationToken))
        {
            made = await reader.ReadAsync(cancellationToken) ? read(reader.DbDataReader) : null;

            // A text of several statements is done when all of them are, and SQLite does one after the other.
            await reader.DbDataReader.NextResultAsync(cancellationToken);
        }

        connection.ReturnCommand(command);
        return made;
    }

    /// <summary>Changes rows.</summary>
    /// <returns>How many.</returns>
    public async Task<int> ExecuteAsync(DbContext context, object?[] values, CancellationToken cancellationToken)
    {
        var built = BuiltFor(context);
        var connection = context.GetService<IRelationalConnection>();
        var command = built.CommandOn(connection);
        var changed = await command.ExecuteNonQueryAsync(built.With(connection, context, values), cancellationToken);
        connection.ReturnCommand(command);
        return changed;
    }

    // The model is the same for all contexts of a program; whoever is second builds the same once more.
    private Built BuiltFor(DbContext context) => _built ??= Built.Of(context, text, parameters);

    private sealed record Built(IRelationalCommandTemplate Template, string[] Names)
    {
        public static Built Of(DbContext context, string text, StatementParameter[] parameters)
        {
            var builder = context.GetService<IRelationalCommandBuilderFactory>().Create();
            var names = context.GetService<ISqlGenerationHelper>();
            builder.Append(context.Model.GetEntityTypes().Where(entity => entity.GetTableName() is not null).Aggregate(text, (done, entity) =>
                done.Replace($"{{{entity.GetTableName()}}}", names.DelimitIdentifier(entity.GetTableName()!, entity.GetSchema()), StringComparison.Ordinal)));
            foreach (var parameter in parameters)
            {
                var property = context.Model.FindEntityType(parameter.Entity)?.FindProperty(parameter.Property)
                    ?? throw new InvalidOperationException($"{parameter.Entity.Name} has no stored property {parameter.Property}.");
                builder.AddParameter(parameter.Name, "@" + parameter.Name, property.GetRelationalTypeMapping(), nullable: true);
            }

            return new(builder.Build(), [.. parameters.Select(parameter => parameter.Name)]);
        }

        // A command has room for one reader at a time: requests share what it says, and not itself.
        public IRelationalCommand CommandOn(IRelationalConnection connection)
        {
            var command = connection.RentCommand();
            command.PopulateFrom(Template);
            return command;
        }

        public RelationalCommandParameterObject With(IRelationalConnection connection, DbContext context, object?[] values)
        {
            var named = new Dictionary<string, object?>(Names.Length);
            for (var index = 0; index < Names.Length; index++)
            {
                named[Names[index]] = values[index];
            }

            return new(connection, named, readerColumns: null, context, context.GetService<IRelationalCommandDiagnosticsLogger>(), CommandSource.Unknown);
        }
    }
}
