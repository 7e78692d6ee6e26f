using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using UserDomain.IdentityStore.Keys;
using UserDomain.ServiceDefaults.Secrets;

namespace UserDomain.IdentityServer.Keys;

/// <summary>Makes keys and opens stored ones. What is stored is wrapped (KEY-01); what is opened stays in memory.</summary>
internal sealed class KeyMaker(KeyEncryptionKey root)
{
    private const int IdBytes = 12;
    private const int EncryptionKeyBytes = 32;
    private const int RsaKeyBits = 2048;

    public ServerKey Make(KeyKind kind, DateTimeOffset now, DateTimeOffset activeFrom)
    {
        var id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes));
        var secret = NewSecret(kind);
        try
        {
            return new() { Id = id, Use = kind.Use, Algorithm = kind.Algorithm, WrappedKey = root.Wrap(secret, Context(id)), CreatedAt = now, ActiveFrom = activeFrom };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    public SecurityKey Open(ServerKey key)
    {
        var secret = root.Unwrap(key.WrappedKey, Context(key.Id));
        switch (key.Algorithm)
        {
            case SecurityAlgorithms.EcdsaSha256:
                var ec = ECDsa.Create();
                ec.ImportPkcs8PrivateKey(secret, out _);
                return new ECDsaSecurityKey(ec) { KeyId = key.Id };
            case SecurityAlgorithms.RsaSha256 or SecurityAlgorithms.RsaSsaPssSha256:
                var rsa = RSA.Create();
                rsa.ImportPkcs8PrivateKey(secret, out _);
                return new RsaSecurityKey(rsa) { KeyId = key.Id };
            default:
                return new SymmetricSecurityKey(secret) { KeyId = key.Id };
        }
    }

    private static byte[] NewSecret(KeyKind kind)
    {
        switch (kind.Algorithm)
        {
            case SecurityAlgorithms.EcdsaSha256:
                using (var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256))
                {
                    return ec.ExportPkcs8PrivateKey();
                }

            case SecurityAlgorithms.RsaSha256 or SecurityAlgorithms.RsaSsaPssSha256:
                using (var rsa = RSA.Create(RsaKeyBits))
                {
                    return rsa.ExportPkcs8PrivateKey();
                }

            default:
                return RandomNumberGenerator.GetBytes(EncryptionKeyBytes);
        }
    }

    private static string Context(string id) => $"server-key:{id}";
}
