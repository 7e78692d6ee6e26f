using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using UserDomain.ServiceDefaults.Secrets;

namespace UserDomain.IdentityServer.Clients;

/// <summary>
/// Keeps client secrets as a keyed hash (CLI-01). They are random and long, so a slow hash would guard nothing more and cost the server
/// three milliseconds of each token request.
/// </summary>
internal sealed class ClientSecrets(KeyEncryptionKey root)
{
    private const string Format = "hmac-sha256$";
    private readonly byte[] _key = root.Derive("client-secret-hash");

    /// <summary>What is kept of a secret.</summary>
    public ClientSecret Keep(string secret, DateTimeOffset now) => new(Guid.CreateVersion7(now), now, Hash(secret));

    /// <summary>Whether one of the secrets is this one. All of them are looked at, so that the time does not tell which.</summary>
    public bool Match(string secret, IReadOnlyList<ClientSecret> kept)
    {
        var sent = Encoding.ASCII.GetBytes(Hash(secret));
        return kept.Aggregate(false, (known, one) => CryptographicOperations.FixedTimeEquals(sent, Encoding.ASCII.GetBytes(one.Hash)) | known);
    }

    /// <summary>The keyed hash of a secret.</summary>
    public string Hash(string secret) => Format + Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(secret)));
}
