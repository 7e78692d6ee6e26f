using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace UserDomain.IdentityServer.Protocol.TokenStorage;

/// <summary>
/// A code or refresh token as its client has it, in three parts: 256 random bits, whose hash is what the store knows it by; the row; and what it stands for, sealed.
/// </summary>
/// <param name="Handle">The random part.</param>
/// <param name="Id">Its row.</param>
/// <param name="Sealed">What <see cref="TokenSealer"/> has made.</param>
internal sealed record TokenText(string Handle, Guid Id, string Sealed)
{
    private const int HandleBytes = 32;
    private const int IdBytes = 16;

    /// <summary>What is stored of it.</summary>
    public string Reference => Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(Handle)));

    /// <summary>A token nobody has yet.</summary>
    public static TokenText Create(Guid id, string @sealed) => new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(HandleBytes)), id, @sealed);

    /// <summary>Reads what a client sends.</summary>
    public static bool TryRead(string? sent, [NotNullWhen(true)] out TokenText? token)
    {
        token = null;
        if (sent?.Split('.') is not [var handle, var row, var @sealed] || !Has(handle, HandleBytes) || !Has(row, IdBytes))
        {
            return false;
        }

        token = new(handle, new(Base64Url.DecodeFromChars(row), bigEndian: true), @sealed);
        return true;
    }

    /// <summary>What the client gets.</summary>
    public override string ToString() => $"{Handle}.{Base64Url.EncodeToString(Id.ToByteArray(bigEndian: true))}.{Sealed}";

    private static bool Has(string part, int bytes) => Base64Url.IsValid(part, out var length) && length == bytes;
}
