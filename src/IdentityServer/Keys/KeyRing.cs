using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using UserDomain.IdentityStore.Keys;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.IdentityServer.Keys;

/// <summary>The keys in use by this process. Replaced as a whole, so a request sees one ring or the next.</summary>
internal sealed class KeyRing(KeyMaker maker)
{
    private volatile Ring _ring = new([], [], []);

    /// <summary>Of each algorithm the one in use first.</summary>
    public IReadOnlyList<SigningCredentials> Signing => _ring.Signing;

    /// <summary>The one to sign with.</summary>
    /// <param name="algorithm">One of <see cref="KeyKind.SignatureAlgorithms"/>.</param>
    public SigningCredentials InUse(string algorithm) => Signing.First(credentials => credentials.Algorithm == algorithm);

    /// <summary>The one in use first.</summary>
    public IReadOnlyList<EncryptingCredentials> Encryption => _ring.Encryption;

    /// <summary>Takes what is in the store, in the order it has at a time.</summary>
    /// <returns>Whether the ring is another one now.</returns>
    /// <exception cref="StartupException">The keys cannot be opened.</exception>
    public bool Take(IReadOnlyCollection<ServerKey> keys, DateTimeOffset now)
    {
        List<ServerKey> ordered = [.. keys.At(now).Select(key => key.Key)];
        var before = _ring;
        if (ordered.Select(key => key.Id).SequenceEqual(before.Keys.Select(key => key.KeyId)))
        {
            return false;
        }

        try
        {
            // An opened key is kept: signature providers are cached by it.
            List<(ServerKey Stored, SecurityKey Key)> opened = [.. ordered.Select(key => (key, before.Keys.FirstOrDefault(known => known.KeyId == key.Id) ?? maker.Open(key)))];
            _ring = new(
                [.. opened.Select(key => key.Key)],
                [.. opened.Where(key => key.Stored.Use == KeyUse.Signature).Select(key => new SigningCredentials(key.Key, key.Stored.Algorithm))],
                [.. opened.Where(key => key.Stored.Use == KeyUse.Encryption)
                    .Select(key => new EncryptingCredentials(key.Key, key.Stored.Algorithm, SecurityAlgorithms.Aes256CbcHmacSha512))]);
        }
        catch (CryptographicException exception)
        {
            throw new StartupException("The key-encryption key is not the one this database was made with: set UserDomain__KeyEncryptionKeyFile to the right file", exception);
        }

        return true;
    }

    private sealed record Ring(IReadOnlyList<SecurityKey> Keys, IReadOnlyList<SigningCredentials> Signing, IReadOnlyList<EncryptingCredentials> Encryption);
}
