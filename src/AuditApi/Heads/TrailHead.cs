using Microsoft.EntityFrameworkCore;

namespace UserDomain.AuditApi.Heads;

/// <summary>A signed statement of how the trail was at a time. A row is written once.</summary>
public sealed class TrailHead
{
    /// <summary>How many events there were.</summary>
    public required long Size { get; init; }

    /// <summary>The root of the tree of them.</summary>
    public required byte[] Root { get; init; }

    /// <summary>When it was signed.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>All of it as a signed note.</summary>
    public required string Note { get; init; }
}

/// <summary>The key that signs heads, wrapped by the key-encryption key. There is one.</summary>
public sealed class SigningKey
{
    /// <summary>Which: 1.</summary>
    public required int Id { get; init; }

    /// <summary>What heads call the trail; it stays when the public URL changes, or older heads could not be verified any more. Null where a version made the key that did not keep it.</summary>
    public string? Origin { get; init; }

    /// <summary>The Ed25519 private key, wrapped for the place <c>audit-head-key</c>.</summary>
    public required byte[] WrappedKey { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Maps the heads and their key.</summary>
internal static class TrailHeadModel
{
    private const int LongestNote = 2048;
    private const int LongestOrigin = 300;

    public static void AddHeads(this ModelBuilder model)
    {
        model.Entity<TrailHead>(head =>
        {
            head.ToTable("audit_heads");
            head.HasKey(row => row.Size);
            head.Property(row => row.Size).ValueGeneratedNever();
            head.Property(row => row.Note).HasMaxLength(LongestNote);
        });
        model.Entity<SigningKey>(key =>
        {
            key.ToTable("audit_signing_keys");
            key.HasKey(row => row.Id);
            key.Property(row => row.Id).ValueGeneratedNever();
            key.Property(row => row.Origin).HasMaxLength(LongestOrigin);
        });
    }
}
