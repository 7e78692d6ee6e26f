using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.Integrity;
using UserDomain.Database;
using UserDomain.ServiceDefaults.Hosting;
using UserDomain.ServiceDefaults.Secrets;

namespace UserDomain.AuditApi.Heads;

/// <summary>The key that signs heads, for all replicas the one in the store; made by whoever needs it first.</summary>
internal sealed class HeadKey(KeyEncryptionKey root, UserDomainSettings settings, TimeProvider time) : IDisposable
{
    private const long LockKey = 0x7564_6175_6469_7402;
    private const int OnlyId = 1;
    private const string Place = "audit-head-key";
    private NoteSigner? _signer;

    // The host of the public URL, and which of its logs.
    private readonly string _origin = $"{settings.PublicUrl.Authority}/audit";

    public void Dispose() => _signer?.Dispose();

    /// <summary>The key.</summary>
    /// <exception cref="StartupException">It was stored under another key-encryption key.</exception>
    public async Task<NoteSigner> GetAsync(AuditContext store, CancellationToken cancellationToken)
    {
        if (_signer is null)
        {
            var key = await FindAsync(store, cancellationToken) ?? await MakeAsync(store, cancellationToken);
            _signer = new(key.Origin ?? _origin, Open(key));
        }

        return _signer;
    }

    private static Task<SigningKey?> FindAsync(AuditContext store, CancellationToken cancellationToken) =>
        store.SigningKeys.AsNoTracking().FirstOrDefaultAsync(key => key.Id == OnlyId, cancellationToken);

    private async Task<SigningKey> MakeAsync(AuditContext store, CancellationToken cancellationToken)
    {
        await using var transaction = await store.BeginLockedAsync(LockKey, cancellationToken);
        var key = await FindAsync(store, cancellationToken);
        if (key is null)
        {
            // RFC 8032 section 5.1.5: any 32 random bytes are a private key.
            key = new() { Id = OnlyId, Origin = _origin, WrappedKey = root.Wrap(RandomNumberGenerator.GetBytes(32), Place), CreatedAt = time.GetStoredNow() };
            store.SigningKeys.Add(key);
            await store.SaveChangesAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return key;
    }

    private byte[] Open(SigningKey key)
    {
        try
        {
            return root.Unwrap(key.WrappedKey, Place);
        }
        catch (CryptographicException exception)
        {
            throw new StartupException("The key that signs the audit trail does not open: the key-encryption key is not the one this database was made with, or the stored key was changed", exception);
        }
    }
}
