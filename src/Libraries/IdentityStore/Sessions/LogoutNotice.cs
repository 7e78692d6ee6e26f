namespace UserDomain.IdentityStore.Sessions;

/// <summary>
/// A client that has to be told that a session it took part in was closed (OpenID Connect Back-Channel Logout 1.0). Written in the transaction of its cause, and
/// deleted when the client knows.
/// </summary>
public sealed class LogoutNotice
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>The <c>client_id</c>.</summary>
    public required string ClientId { get; init; }

    /// <summary>The <c>sid</c> of its ID tokens.</summary>
    public required Guid SessionId { get; init; }

    /// <summary>The <c>sub</c> of its ID tokens.</summary>
    public required string Subject { get; init; }

    /// <summary>When the session was closed.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is sent next; while somebody sends it, when others may take it over.</summary>
    public required DateTimeOffset NextAttemptAt { get; set; }

    /// <summary>Who sends it just now; null while it waits.</summary>
    public Guid? Claim { get; set; }

    /// <summary>How often it was sent in vain.</summary>
    public int Attempts { get; set; }

    /// <summary>Why the last attempt was in vain.</summary>
    public string? LastError { get; set; }
}
