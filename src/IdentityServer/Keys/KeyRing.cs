using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Events;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Keys;
using UserDomain.ServiceDefaults.Hosting;
using UserDomain.ServiceDefaults.Secrets;

namespace UserDomain.IdentityServer.Keys;

/// <summary>The keys in use by this process, as loaded from the store. Replaced as a whole, so a request sees one ring or the next.</summary>
internal sealed class KeyRing(KeyEncryptionKey root)
{
    private const int EncryptionKeyBytes = 32;
    private const int RsaKeyBits = 2048;
    private const long LockKey = 0x7564_6b65_7973;

    private volatile Ring _ring = new([], [], []);

    public IReadOnlyList<SigningCredentials> Signing => _ring.Signing;

    public IReadOnlyList<EncryptingCredentials> Encryption => _ring.Encryption;

    /// <summary>Makes the first keys, once among all replicas, and loads the ring.</summary>
    public async Task EnsureAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var store = services.GetRequiredService<IdentityStoreContext>();
        await using (var transaction = await store.BeginLockedAsync(LockKey, cancellationToken))
        {
            if (!await store.ServerKeys.AnyAsync(cancellationToken))
            {
                Create(store, services.GetRequiredService<AuditRecorder>(), services.GetRequiredService<TimeProvider>());
                await store.SaveChangesAsync(cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
        }

        await ReloadAsync(store, cancellationToken);
    }

    /// <summary>Loads the ring if it is another one than this process has.</summary>
    /// <returns>Whether it was.</returns>
    public async Task<bool> ReloadAsync(IdentityStoreContext store, CancellationToken cancellationToken)
    {
        var keys = await store.ServerKeys.AsNoTracking().OrderBy(key => key.Algorithm).ThenByDescending(key => key.ActiveFrom).ToListAsync(cancellationToken);
        var ids = keys.Select(key => key.Id).ToList();
        if (ids.SequenceEqual(_ring.Ids))
        {
            return false;
        }

        try
        {
            // ES256 sorts before RS256: the first signing key is the one tokens are signed with.
            _ring = new(ids,
                [.. keys.Where(key => key.Use == KeyUse.Signature).Select(key => new SigningCredentials(SigningKey(key), key.Algorithm))],
                [.. keys.Where(key => key.Use == KeyUse.Encryption).Select(key => new EncryptingCredentials(
                    new SymmetricSecurityKey(Unwrap(key)) { KeyId = key.Id }, SecurityAlgorithms.Aes256KW, SecurityAlgorithms.Aes256CbcHmacSha512))]);
        }
        catch (CryptographicException exception)
        {
            throw new StartupException("The key-encryption key is not the one this database was made with: set UserDomain__KeyEncryptionKeyFile to the right file", exception);
        }

        return true;
    }

    private void Create(IdentityStoreContext store, AuditRecorder audit, TimeProvider time)
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(RsaKeyBits);
        Add(KeyUse.Signature, SecurityAlgorithms.EcdsaSha256, ec.ExportPkcs8PrivateKey());
        Add(KeyUse.Signature, SecurityAlgorithms.RsaSha256, rsa.ExportPkcs8PrivateKey());
        Add(KeyUse.Encryption, SecurityAlgorithms.Aes256KW, RandomNumberGenerator.GetBytes(EncryptionKeyBytes));

        void Add(KeyUse use, string algorithm, byte[] secret)
        {
            var id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12));
            var now = time.GetStoredNow();
            var key = new ServerKey { Id = id, Use = use, Algorithm = algorithm, WrappedKey = root.Wrap(secret, Context(id)), CreatedAt = now, ActiveFrom = now };
            store.ServerKeys.Add(key);
            audit.Record(store, AuditEventTypes.KeyCreated, key.AsParty(), after: new { use, algorithm, activeFrom = now });
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private SecurityKey SigningKey(ServerKey key)
    {
        if (key.Algorithm == SecurityAlgorithms.EcdsaSha256)
        {
            var ec = ECDsa.Create();
            ec.ImportPkcs8PrivateKey(Unwrap(key), out _);
            return new ECDsaSecurityKey(ec) { KeyId = key.Id };
        }

        var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(Unwrap(key), out _);
        return new RsaSecurityKey(rsa) { KeyId = key.Id };
    }

    private byte[] Unwrap(ServerKey key) => root.Unwrap(key.WrappedKey, Context(key.Id));

    private static string Context(string id) => $"server-key:{id}";

    private sealed record Ring(IReadOnlyList<string> Ids, IReadOnlyList<SigningCredentials> Signing, IReadOnlyList<EncryptingCredentials> Encryption);
}
