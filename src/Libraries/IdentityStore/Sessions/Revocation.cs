namespace UserDomain.IdentityStore.Sessions;

/// <summary>
/// One entry of the revocation log (REV-01): append-only, numbered, written in the transaction of its cause. What it names and
/// was issued before it is refused; it can be forgotten once every such token has expired by itself.
/// </summary>
public sealed class Revocation
{
    // An access token lives 5 minutes; the rest allows for clocks that differ.
    private static readonly TimeSpan LongestAccessToken = TimeSpan.FromMinutes(6);

    // Whoever has a key dates what he signs as he likes. By then every verifier that asks for keys at all has asked again.
    private static readonly TimeSpan KeyRemembered = TimeSpan.FromDays(30);

    /// <summary>Position in the log.</summary>
    public long Number { get; private set; }

    /// <summary>What is revoked: one of <see cref="RevocationKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Its identifier: <c>sid</c>, <c>sub</c>, <c>client_id</c>, <c>jti</c>, the id of the grant or the <c>kid</c>.</summary>
    public required string Value { get; init; }

    /// <summary>Tokens issued up to this time are revoked.</summary>
    public required DateTimeOffset IssuedBefore { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the last token it concerns has expired.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>
    /// Revokes all access tokens of something: of users and clients those that were issued until now, for they may have new ones with the rights they have now; of what has ended for good, sessions, grants and tokens, also those
    /// that are issued before this is committed.
    /// </summary>
    /// <param name="kind">One of <see cref="RevocationKinds"/>.</param>
    /// <param name="value">Its identifier.</param>
    /// <param name="now">The current time.</param>
    public static Revocation Of(string kind, string value, DateTimeOffset now) => new()
    {
        Kind = kind,
        Value = value,
        IssuedBefore = kind is RevocationKinds.User or RevocationKinds.Client ? now : now + LongestAccessToken,
        CreatedAt = now,
        ExpiresAt = now + LongestAccessToken,
    };

    /// <summary>Revokes everything a compromised key has signed or will sign, whatever time it says it was issued at.</summary>
    /// <param name="keyId">The <c>kid</c>.</param>
    /// <param name="now">The current time.</param>
    public static Revocation OfKey(string keyId, DateTimeOffset now) =>
        new() { Kind = RevocationKinds.Key, Value = keyId, IssuedBefore = now + KeyRemembered, CreatedAt = now, ExpiresAt = now + KeyRemembered };
}

/// <summary>What the revocation log can name.</summary>
public static class RevocationKinds
{
    /// <summary>A session: the claim <c>sid</c>.</summary>
    public const string Session = "session";

    /// <summary>Everything of a user: the claim <c>sub</c>.</summary>
    public const string User = "user";

    /// <summary>Everything of a client: the claim <c>client_id</c>.</summary>
    public const string Client = "client";

    /// <summary>One token: the claim <c>jti</c>.</summary>
    public const string Token = "token";

    /// <summary>One grant and all tokens of it.</summary>
    public const string Grant = "grant";

    /// <summary>Everything signed by a key: the header <c>kid</c>.</summary>
    public const string Key = "key";
}
