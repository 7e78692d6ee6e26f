using System.Security.Cryptography;
using System.Text;

namespace UserDomain.IdentityServer.SignIn.Passwords;

/// <summary>The secret mixed into every password before the slow hash: a stolen user table alone cannot be guessed at.</summary>
internal sealed class Pepper
{
    private const int KeyBytes = 32;
    private const int KeyIdBytes = 6;
    private readonly byte[] _key;

    public Pepper(ReadOnlyMemory<byte> key)
    {
        if (key.Length != KeyBytes || !key.Span.ContainsAnyExcept((byte)0))
        {
            throw new ArgumentException($"The pepper must be {KeyBytes} secret bytes.", nameof(key));
        }

        _key = key.ToArray();

        // 0xFF occurs in no UTF-8 text: no password has the key id as its digest.
        ReadOnlySpan<byte> label = [0xFF, .. "key-id"u8];
        KeyId = UnpaddedBase64.Encode(HMACSHA256.HashData(_key, label).AsSpan(0, KeyIdBytes));
    }

    /// <summary>Tells this pepper from others without telling anything about it.</summary>
    public string KeyId { get; }

    /// <summary>HMAC-SHA256 of the password. The caller wipes it.</summary>
    public byte[] Apply(PasswordText password)
    {
        var text = Encoding.UTF8.GetBytes(password.Normalized);
        try
        {
            return HMACSHA256.HashData(_key, text);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    /// <summary>Whether a text found in a hash could be the key id of any pepper.</summary>
    public static bool IsKeyId(string text) => UnpaddedBase64.Decode(text) is { Length: KeyIdBytes };
}
