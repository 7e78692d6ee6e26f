using System.Security.Cryptography;
using System.Text;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.ServiceDefaults.Secrets;

/// <summary>
/// The root secret (KEY-01): 32 bytes from a file that wraps every stored secret and from which the keys shared by all services are
/// derived. It is never stored beside what it protects and never leaves the process.
/// </summary>
public sealed class KeyEncryptionKey
{
    /// <summary>Name of the file in the data directory when no other is set.</summary>
    public const string DefaultFileName = "key-encryption-key";

    private const int KeyBytes = 32;
    private const byte FormatVersion = 1;
    private static readonly int NonceBytes = AesGcm.NonceByteSizes.MaxSize;
    private static readonly int TagBytes = AesGcm.TagByteSizes.MaxSize;

    private readonly byte[] _key;
    private readonly byte[] _wrapping;

    private KeyEncryptionKey(byte[] key)
    {
        _key = key;
        _wrapping = Derive("wrap");
    }

    /// <summary>Reads the key of the settings; makes one in the data directory only where no file is named and <paramref name="mayCreate"/>.</summary>
    /// <exception cref="StartupException">The file is missing, unreadable, not writable, open to others or holds anything but 32 base64 bytes.</exception>
    public static KeyEncryptionKey Load(UserDomainSettings settings, bool mayCreate)
    {
        var path = settings.KeyEncryptionKeyFile ?? Path.Combine(settings.DataDirectory, DefaultFileName);
        try
        {
            if (mayCreate && settings.KeyEncryptionKeyFile is null && !File.Exists(path))
            {
                Create(path);
            }

            RefuseReadableByOthers(path);
            return Parse(path, File.ReadAllText(path));
        }
        catch (FileNotFoundException exception)
        {
            throw new StartupException($"The key-encryption key '{path}' does not exist: make it with 'openssl rand -base64 32' and set UserDomain__KeyEncryptionKeyFile to its path", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The key-encryption key '{path}' cannot be read or written: {exception.Message}", exception);
        }
    }

    /// <summary>Derives a key for one purpose (HKDF-SHA256, RFC 5869). The same purpose gives the same key on every replica.</summary>
    /// <param name="purpose">What the key is for; different purposes give unrelated keys.</param>
    /// <param name="bytes">Its length.</param>
    public byte[] Derive(string purpose, int bytes = KeyBytes) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, bytes, info: Encoding.UTF8.GetBytes("user-domain:" + purpose));

    /// <summary>Encrypts a secret for storage (AES-256-GCM), bound to its place.</summary>
    /// <param name="secret">What to protect.</param>
    /// <param name="context">Where it is stored, as in <c>signing-key:KID</c>: a value moved elsewhere does not open.</param>
    public byte[] Wrap(ReadOnlySpan<byte> secret, string context)
    {
        var wrapped = new byte[1 + NonceBytes + TagBytes + secret.Length];
        wrapped[0] = FormatVersion;
        var nonce = wrapped.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(_wrapping, TagBytes);
        cipher.Encrypt(nonce, secret, wrapped.AsSpan(1 + NonceBytes + TagBytes), wrapped.AsSpan(1 + NonceBytes, TagBytes), Encoding.UTF8.GetBytes(context));
        return wrapped;
    }

    /// <summary>Opens what <see cref="Wrap"/> made.</summary>
    /// <exception cref="CryptographicException">Another key wrapped it, it was changed, or it comes from another place.</exception>
    public byte[] Unwrap(ReadOnlySpan<byte> wrapped, string context)
    {
        if (wrapped.Length < 1 + NonceBytes + TagBytes || wrapped[0] != FormatVersion)
        {
            throw new CryptographicException("The wrapped secret has an unknown format.");
        }

        var secret = new byte[wrapped.Length - 1 - NonceBytes - TagBytes];
        using var cipher = new AesGcm(_wrapping, TagBytes);
        cipher.Decrypt(wrapped.Slice(1, NonceBytes), wrapped[(1 + NonceBytes + TagBytes)..], wrapped.Slice(1 + NonceBytes, TagBytes), secret, Encoding.UTF8.GetBytes(context));
        return secret;
    }

    private static void Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // Written beside and moved: a crash in between leaves no half key, and of two first starts only one wins.
        var draft = $"{path}.{Environment.ProcessId}";
        using (var file = new StreamWriter(draft, Encoding.ASCII, options))
        {
            file.WriteLine(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)));
        }

        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
        }
    }

    private static void RefuseReadableByOthers(string path)
    {
        const UnixFileMode others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if (!OperatingSystem.IsWindows() && File.Exists(path) && (File.GetUnixFileMode(path) & others) != 0)
        {
            throw new StartupException($"The key-encryption key '{path}' is open to every user of this machine: run chmod 600 on it");
        }
    }

    private static KeyEncryptionKey Parse(string path, string text)
    {
        var key = new byte[KeyBytes];
        return Convert.TryFromBase64String(text.Trim(), key, out var read) && read == KeyBytes
            ? new KeyEncryptionKey(key)
            : throw new StartupException($"The key-encryption key '{path}' must hold {KeyBytes} bytes in base64: make it with 'openssl rand -base64 32'");
    }
}
