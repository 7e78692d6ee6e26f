namespace UserDomain.IdentityStore.OneTimeCodes;

/// <summary>Something that works once (LOG-07): a random code, stored hashed, for one purpose and one subject.</summary>
public sealed class OneTimeCode
{
    /// <summary>SHA-256 of the code.</summary>
    public required byte[] CodeHash { get; init; }

    /// <summary>What it is good for.</summary>
    public required OneTimeCodePurpose Purpose { get; init; }

    /// <summary>The user it is good for.</summary>
    public required Guid UserId { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ends unused.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>What one-time codes are good for.</summary>
public enum OneTimeCodePurpose
{
    /// <summary>To set a first or a new password.</summary>
    SetPassword,
}
