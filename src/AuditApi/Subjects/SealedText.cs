using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace UserDomain.AuditApi.Subjects;

/// <summary>A value as it is stored: <c>v1.</c> and, in base64url, nonce, what AES-256-GCM has made of the value, and tag.</summary>
internal static class SealedText
{
    private const string Version = "v1.";
    private static readonly int NonceBytes = AesGcm.NonceByteSizes.MaxSize;
    private static readonly int TagBytes = AesGcm.TagByteSizes.MaxSize;

    /// <summary>Seals a value for one place: in another event, or as another part of its own, it does not open.</summary>
    public static string Seal(byte[] key, ReadOnlySpan<byte> value, Guid eventId, string part)
    {
        var bytes = new byte[NonceBytes + value.Length + TagBytes];
        var nonce = bytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(nonce, value, bytes.AsSpan(NonceBytes, value.Length), bytes.AsSpan(NonceBytes + value.Length), PlaceOf(eventId, part));
        return Version + Base64Url.EncodeToString(bytes);
    }

    /// <summary>Opens a value; null when it was sealed with another key or for another place, or is not as it was.</summary>
    public static byte[]? Open(byte[] key, string text, Guid eventId, string part)
    {
        if (!text.StartsWith(Version, StringComparison.Ordinal) || !Base64Url.IsValid(text.AsSpan(Version.Length), out var length) || length < NonceBytes + TagBytes)
        {
            return null;
        }

        var bytes = Base64Url.DecodeFromChars(text.AsSpan(Version.Length));
        var value = new byte[length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(key, TagBytes);
        try
        {
            cipher.Decrypt(bytes.AsSpan(0, NonceBytes), bytes.AsSpan(NonceBytes, value.Length), bytes.AsSpan(NonceBytes + value.Length), value, PlaceOf(eventId, part));
            return value;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static byte[] PlaceOf(Guid eventId, string part) => Encoding.ASCII.GetBytes($"{eventId}:{part}");
}
