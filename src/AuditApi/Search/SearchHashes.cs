using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using UserDomain.ServiceDefaults.Secrets;

namespace UserDomain.AuditApi.Search;

/// <summary>Hashes words with a key that is derived from the key-encryption key, and so the same on every replica. Different words meet in 64 bits once in an astronomical number.</summary>
internal sealed class SearchHashes(KeyEncryptionKey root)
{
    private readonly byte[] _key = root.Derive("audit-search");

    /// <summary>A word; a network address is looked for as where a request came from.</summary>
    public long OfWord(string word) => SearchWords.IsAddress(word) ? OfAddress(word) : Hash("word", word);

    /// <summary>An address a request came from.</summary>
    public long OfAddress(string address) => Hash("address", SearchWords.NormaliseAddress(address));

    /// <summary>A person.</summary>
    public long OfSubject(string subject) => Hash("subject", subject);

    private long Hash(string kind, string text) => BinaryPrimitives.ReadInt64BigEndian(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{kind}:{text}")));
}
