using Microsoft.EntityFrameworkCore;

namespace UserDomain.Database.Idempotency;

/// <summary>The answer a create with an <c>Idempotency-Key</c> was given, kept so that a repetition gets it again.</summary>
public sealed class IdempotencyRecord
{
    /// <summary>How long a repetition gets the first answer again.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>SHA-256 over caller, route and key.</summary>
    public required byte[] KeyHash { get; init; }

    /// <summary>SHA-256 over the request's body: the same key with another body is a mistake.</summary>
    public required byte[] RequestHash { get; init; }

    /// <summary>The first answer's <c>Location</c>.</summary>
    public string? Location { get; set; }

    /// <summary>The first answer's <c>ETag</c>.</summary>
    public string? ETag { get; set; }

    /// <summary>The first answer's body, JSON.</summary>
    public string Body { get; set; } = "";

    /// <summary>The first answer's status.</summary>
    public int Status { get; set; }

    /// <summary>When the first request was answered.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Maps the records.</summary>
public static class IdempotencyModel
{
    /// <summary>Adds the records to a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="schema">Its schema.</param>
    /// <param name="table">The table; SQLite knows no schemas, so that two stores in one database need two names.</param>
    public static void AddIdempotency(this ModelBuilder model, string schema, string table = "idempotency_records") => model.Entity<IdempotencyRecord>(record =>
    {
        record.ToTable(table, schema);
        record.HasKey(row => row.KeyHash);
        record.HasIndex(row => row.CreatedAt);
        record.HasIndex(row => row.Location);
    });
}
