using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using UserDomain.AuditApi;
using UserDomain.IdentityStore;
using Xunit;

namespace UserDomain.Architecture.Tests;

/// <summary>What is made of the models of the stores, and has to be made anew when one changes.</summary>
public sealed class ModelTests
{
    /// <summary>The stores, for each database.</summary>
    public static TheoryData<Type> Contexts =>
    [
        typeof(SqliteIdentityStoreContext), typeof(PostgreSqlIdentityStoreContext), typeof(SqliteAuditContext), typeof(PostgreSqlAuditContext),
    ];

    [Theory]
    [MemberData(nameof(Contexts))]
    public void The_compiled_model_is_that_of_the_code(Type type)
    {
        using var context = Create(type);
        var built = context.GetService<IModelRuntimeInitializer>().Initialize(context.GetService<IDesignTimeModel>().Model, designTime: false);

        Assert.True(type.Assembly.GetCustomAttributes<DbContextModelAttribute>().Any(attribute => attribute.ContextType == type), "Run eng/compile-models.");
        Assert.NotSame(built, context.Model);
        Assert.True(Told(built) == Told(context.Model), $"Run eng/compile-models: it is\n{Told(context.Model)}\nand should be\n{Told(built)}");
    }

    [Theory]
    [MemberData(nameof(Contexts))]
    public void The_migrations_lead_to_the_model(Type type)
    {
        using var context = Create(type);

        Assert.False(context.Database.HasPendingModelChanges(), $"Add a migration for {type.Name}.");
    }

    private static DbContext Create(Type type)
    {
        var factory = typeof(IDesignTimeDbContextFactory<>).MakeGenericType(type);
        var made = Activator.CreateInstance(type.Assembly.GetTypes().Single(factory.IsAssignableFrom))!;
        return (DbContext)factory.GetMethod("CreateDbContext")!.Invoke(made, [Array.Empty<string>()])!;
    }

    private static string Told(IModel model) => model.ToDebugString(MetadataDebugStringOptions.LongDefault);
}
