using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace UserDomain.AuditApi.Integrity;

/// <summary>Who can check a signed note: a name and an Ed25519 public key (https://c2sp.org/signed-note).</summary>
public sealed class NoteVerifier
{
    private const byte Ed25519 = 1;
    private readonly PublicKey _key;

    /// <summary>Of a name and the 32 bytes of a public key.</summary>
    /// <exception cref="FormatException">It is no name of a key, or no key.</exception>
    public NoteVerifier(string name, ReadOnlySpan<byte> publicKey)
    {
        if (name.Length == 0 || name.Any(character => char.IsWhiteSpace(character) || character == '+')
            || !PublicKey.TryImport(SignatureAlgorithm.Ed25519, publicKey, KeyBlobFormat.RawPublicKey, out var key))
        {
            throw new FormatException("A key for notes has a name without spaces and plus signs, and 32 bytes of Ed25519.");
        }

        Name = name;
        _key = key!;
        Id = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', Ed25519, .. publicKey]));
    }

    /// <summary>Whose key it is.</summary>
    public string Name { get; }

    /// <summary>What tells apart keys of one name.</summary>
    public uint Id { get; }

    /// <summary>Reads <c>name+hash+key</c>.</summary>
    /// <exception cref="FormatException">The text is none, or its hash is not that of its name and key.</exception>
    public static NoteVerifier Parse(string text)
    {
        var parts = text.Trim().Split('+', 3);
        var blob = parts.Length == 3 && parts[2].Length < 100 ? Convert.FromBase64String(parts[2]) : [];
        if (blob is not [Ed25519, .. var key] || key.Length != 32)
        {
            throw new FormatException("A key looks like id.example.com/audit+1a2b3c4d+AQ..., with an Ed25519 key.");
        }

        var verifier = new NoteVerifier(parts[0], key);
        return verifier.Id.ToString("x8", null) == parts[1]
            ? verifier
            : throw new FormatException("The key was mistyped: the eight characters after its name do not belong to it.");
    }

    /// <summary>As <c>name+hash+key</c>, for others to keep.</summary>
    public override string ToString() => $"{Name}+{Id:x8}+{Convert.ToBase64String([Ed25519, .. _key.Export(KeyBlobFormat.RawPublicKey)])}";

    internal bool Verify(string text, ReadOnlySpan<byte> signature) => SignatureAlgorithm.Ed25519.Verify(_key, Encoding.UTF8.GetBytes(text), signature);
}

/// <summary>Signs notes.</summary>
public sealed class NoteSigner : IDisposable
{
    private readonly Key _key;

    /// <summary>Of a name and the 32 bytes of an Ed25519 private key.</summary>
    public NoteSigner(string name, ReadOnlySpan<byte> privateKey)
    {
        _key = Key.Import(SignatureAlgorithm.Ed25519, privateKey, KeyBlobFormat.RawPrivateKey);
        Verifier = new(name, _key.Export(KeyBlobFormat.RawPublicKey));
    }

    /// <summary>What checks its signatures.</summary>
    public NoteVerifier Verifier { get; }

    /// <summary>Signs a text that ends with a line break.</summary>
    public string Sign(string text)
    {
        Span<byte> signature = stackalloc byte[4 + 64];
        BinaryPrimitives.WriteUInt32BigEndian(signature, Verifier.Id);
        SignatureAlgorithm.Ed25519.Sign(_key, Encoding.UTF8.GetBytes(text), signature[4..]);
        return $"{text}\n{SignedNote.SignatureStart}{Verifier.Name} {Convert.ToBase64String(signature)}\n";
    }

    /// <inheritdoc />
    public void Dispose() => _key.Dispose();
}
