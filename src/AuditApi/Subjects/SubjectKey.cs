using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.AuditEvents;

namespace UserDomain.AuditApi.Subjects;

/// <summary>The key that personal values of one person are sealed with. Without it nobody reads them, and the events stay as they were signed (AUD-04).</summary>
public sealed class SubjectKey
{
    /// <summary>Id of the user.</summary>
    public required string Subject { get; init; }

    /// <summary>The key for AES-256-GCM, wrapped by the key-encryption key for the place <c>subject-key:SUBJECT</c>; null once it was destroyed.</summary>
    public byte[]? WrappedKey { get; set; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was destroyed. The row stays, so that no other key is made for the same person.</summary>
    public DateTimeOffset? ErasedAt { get; set; }
}

/// <summary>Maps the keys.</summary>
internal static class SubjectKeyModel
{
    public static void AddSubjectKeys(this ModelBuilder model) => model.Entity<SubjectKey>(row =>
    {
        row.ToTable("subject_keys");
        row.HasKey(key => key.Subject);
        row.Property(key => key.Subject).HasMaxLength(AuditEventLimits.Id);
    });
}
