using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using UserDomain.ServiceDefaults.Secrets;

namespace UserDomain.ServiceDefaults.Dpop;

/// <summary>
/// Nonces for proofs (RFC 9449 section 8): who has one has asked us within the last minutes, so that proofs made in advance end. They are
/// computed from the time with a key all services and replicas share; nothing is stored, and one from here is good there.
/// </summary>
/// <param name="root">What the key is derived from.</param>
/// <param name="time">Clock.</param>
public sealed class DpopNonces(KeyEncryptionKey root, TimeProvider time)
{
    private const int NonceBytes = 18;
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(2);

    private readonly byte[] _key = root.Derive("dpop-nonce");

    /// <summary>The nonce of this moment: good for two to four minutes.</summary>
    public string Current() => Of(CurrentStep);

    /// <summary>Whether a nonce is good.</summary>
    public bool Contain(string nonce) =>
        // The one to come is good as well: the clock of another replica may be ahead.
        new[] { 0, -1, 1 }.Any(offset => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(nonce), Encoding.UTF8.GetBytes(Of(CurrentStep + offset))));

    private long CurrentStep => time.GetUtcNow().UtcTicks / Step.Ticks;

    private string Of(long step)
    {
        Span<byte> message = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(message, step);
        return Base64Url.EncodeToString(HMACSHA256.HashData(_key, message).AsSpan(0, NonceBytes));
    }
}
