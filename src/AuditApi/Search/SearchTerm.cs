using Microsoft.EntityFrameworkCore;

namespace UserDomain.AuditApi.Search;

/// <summary>
/// A word of an event, by a keyed hash: who has the database and not the key-encryption key can neither read it nor try words. A row is deleted with the personal values of whom it is about.
/// </summary>
public sealed class SearchTerm
{
    /// <summary>The word.</summary>
    public required long Term { get; init; }

    /// <summary>The event.</summary>
    public required long Sequence { get; init; }

    /// <summary>Whose word it is, as a keyed hash as well; 0 for nobody's.</summary>
    public required long Subject { get; init; }
}

/// <summary>Maps the words.</summary>
internal static class SearchTermModel
{
    public static void AddSearchTerms(this ModelBuilder model) => model.Entity<SearchTerm>(row =>
    {
        row.ToTable("audit_terms");

        // In this order the events of a word are a range of it, the newest at its end.
        row.HasKey(term => new { term.Term, term.Sequence, term.Subject });
        row.HasIndex(term => term.Subject).HasFilter("subject <> 0");
    });
}
