using UserDomain.Contracts;

namespace UserDomain.IdentityStore.Keys;

/// <summary>What a key of the ring is for.</summary>
public enum KeyUse
{
    /// <summary>Signs tokens; its public part is published.</summary>
    Signature,

    /// <summary>Encrypts what only the server reads: codes and refresh tokens.</summary>
    Encryption,
}

/// <summary>A key of the server's ring, wrapped by the key-encryption key (KEY-01).</summary>
public sealed class ServerKey
{
    /// <summary>The <c>kid</c>, ours and never reused.</summary>
    public required string Id { get; init; }

    /// <summary>What it is for.</summary>
    public required KeyUse Use { get; init; }

    /// <summary>JOSE algorithm (RFC 7518), as in <c>ES256</c>.</summary>
    public required string Algorithm { get; init; }

    /// <summary>The key (PKCS#8, or the bytes of a symmetric one), wrapped for the place <c>server-key:ID</c>.</summary>
    public required byte[] WrappedKey { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it is used, until the next one is; before, it is only published.</summary>
    public required DateTimeOffset ActiveFrom { get; set; }

    /// <summary>When it stopped being used, as it was noted; it stays published for longer than anything made with it lives.</summary>
    public DateTimeOffset? RetiredAt { get; set; }

    /// <summary>The key as a party of an audit event.</summary>
    public AuditParty AsParty() => new("key", Id, Algorithm);
}
