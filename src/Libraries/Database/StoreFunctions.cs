using Microsoft.EntityFrameworkCore;

namespace UserDomain.Database;

/// <summary>Functions of the databases for use in queries.</summary>
public static class StoreFunctions
{
    /// <summary>Upper case of all letters, the same on every database.</summary>
    public static string Upper(string text) => throw new InvalidOperationException($"For queries only, not for '{text}' in memory.");

    /// <summary>Makes the functions known to a model.</summary>
    public static void AddStoreFunctions(this ModelBuilder model) =>
        model.HasDbFunction(typeof(StoreFunctions).GetMethod(nameof(Upper))!).HasName("upper").IsBuiltIn();
}
