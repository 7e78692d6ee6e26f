namespace UserDomain.IdentityStore.Dpop;

/// <summary>A proof of possession that was used at the server (RFC 9449 section 11.1), kept for as long as it could be used again. There is no row of it where Redis remembers.</summary>
public sealed class UsedProof
{
    /// <summary>What no other proof has.</summary>
    public required string Id { get; init; }

    /// <summary>When it has ended by itself, in seconds since 1970.</summary>
    public required long ExpiresAt { get; init; }
}
