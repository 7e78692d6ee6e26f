using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using UserDomain.ServiceDefaults.Secrets;

namespace UserDomain.AuditApi.Subjects;

/// <summary>Keys of some persons, for one answer or one transaction: kept any longer, one might be used that was destroyed meanwhile.</summary>
internal sealed class SubjectKeyRing
{
    private readonly Dictionary<string, byte[]> _keys = [];
    private readonly Dictionary<string, DateTimeOffset> _erased = [];

    /// <summary>Those whose key was destroyed.</summary>
    public IReadOnlyCollection<string> Erased => _erased.Keys;

    /// <summary>Whether the key of somebody was destroyed.</summary>
    public bool IsErased(string? subject) => subject is not null && _erased.ContainsKey(subject);

    /// <summary>The key of somebody; null if there is none, or none that can be used.</summary>
    public byte[]? Find(string subject) => _keys.GetValueOrDefault(subject);

    internal void Add(string subject, byte[] key) => _keys[subject] = key;

    internal void AddErased(string subject, DateTimeOffset at) => _erased[subject] = at;
}

/// <summary>Reads and makes the keys of persons.</summary>
internal sealed partial class SubjectKeys(AuditContext store, KeyEncryptionKey root, ILogger<SubjectKeys> logger)
{
    private const int KeyBytes = 32;

    /// <summary>The keys of persons, those that there are.</summary>
    public async Task<SubjectKeyRing> ReadAsync(IReadOnlySet<string> subjects, CancellationToken cancellationToken)
    {
        var ring = new SubjectKeyRing();
        await FillAsync(ring, subjects, cancellationToken);
        return ring;
    }

    /// <summary>The same for whoever appends and holds the lock of the trail: who has none gets one, which is saved with what else is changed.</summary>
    public async Task<SubjectKeyRing> ReadOrMakeAsync(IReadOnlySet<string> subjects, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ring = new SubjectKeyRing();
        var known = await FillAsync(ring, subjects, cancellationToken);
        foreach (var subject in subjects.Where(subject => !known.Contains(subject)))
        {
            var key = RandomNumberGenerator.GetBytes(KeyBytes);
            store.SubjectKeys.Add(new() { Subject = subject, WrappedKey = root.Wrap(key, PlaceOf(subject)), CreatedAt = now });
            ring.Add(subject, key);
        }

        return ring;
    }

    private async Task<HashSet<string>> FillAsync(SubjectKeyRing ring, IReadOnlySet<string> subjects, CancellationToken cancellationToken)
    {
        if (subjects.Count == 0)
        {
            return [];
        }

        var rows = await store.SubjectKeys.AsNoTracking().Where(row => subjects.Contains(row.Subject)).ToListAsync(cancellationToken);
        foreach (var row in rows)
        {
            if (row.ErasedAt is { } at)
            {
                ring.AddErased(row.Subject, at);
            }
            else if (Unwrap(row) is { } key)
            {
                ring.Add(row.Subject, key);
            }
        }

        return [.. rows.Select(row => row.Subject)];
    }

    private byte[]? Unwrap(SubjectKey row)
    {
        try
        {
            return root.Unwrap(row.WrappedKey, PlaceOf(row.Subject));
        }
        catch (CryptographicException)
        {
            LogUnusable();
            return null;
        }
    }

    private static string PlaceOf(string subject) => $"subject-key:{subject}";

    [LoggerMessage(Level = LogLevel.Critical, Message = "The key of a person in the audit trail does not open: it was changed, or wrapped by another key-encryption key. What is recorded of them now has no personal values. Verify the trail (GET /api/v1/audit-events/verification)")]
    private partial void LogUnusable();
}
