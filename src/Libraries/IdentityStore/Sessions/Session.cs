using UserDomain.Contracts;

namespace UserDomain.IdentityStore.Sessions;

/// <summary>A signed-in browser, or a session a service opened for a user. The id is the <c>sid</c> of its tokens.</summary>
public sealed class Session
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>SHA-256 of the handle in the sign-in cookie (SES-01); null where no browser holds one.</summary>
    public byte[]? HandleHash { get; set; }

    /// <summary>Who is signed in.</summary>
    public required Guid UserId { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the user last proved who they are.</summary>
    public required DateTimeOffset AuthenticatedAt { get; set; }

    /// <summary>When it was last used, to the minute.</summary>
    public required DateTimeOffset LastSeenAt { get; set; }

    /// <summary>When it ends unless it is used before.</summary>
    public required DateTimeOffset IdleExpiresAt { get; set; }

    /// <summary>When it ends in any case.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was closed; null while open.</summary>
    public DateTimeOffset? ClosedAt { get; set; }

    /// <summary>Why it was closed: one of <see cref="SessionCloseReasons"/>.</summary>
    public string? CloseReason { get; set; }

    /// <summary>Network address it was opened from.</summary>
    public string? Address { get; init; }

    /// <summary>Browser it was opened in, as it names itself.</summary>
    public string? UserAgent { get; init; }

    /// <summary>How the user proved who they are (RFC 8176), separated by spaces.</summary>
    public required string AuthenticationMethods { get; set; }

    /// <summary>Applications signed in to.</summary>
    public List<SessionAuthorization> Authorizations { get; } = [];

    /// <summary>The session as a party of an audit event.</summary>
    public AuditParty AsParty() => new("session", Id.ToString());

    /// <summary>Whether it can be used at a point in time.</summary>
    public bool IsOpen(DateTimeOffset now) => ClosedAt is null && now < IdleExpiresAt && now < ExpiresAt;
}

/// <summary>What an application was granted within a session: one OpenIddict authorization, ended with it.</summary>
public sealed class SessionAuthorization
{
    /// <summary>The session.</summary>
    public required Guid SessionId { get; init; }

    /// <summary>The OpenIddict authorization.</summary>
    public required Guid AuthorizationId { get; init; }

    /// <summary>The application.</summary>
    public required string ClientId { get; init; }
}

/// <summary>Why sessions are closed.</summary>
public static class SessionCloseReasons
{
    /// <summary>The person signed out.</summary>
    public const string SignedOut = "signed-out";

    /// <summary>Somebody closed it through the API or console.</summary>
    public const string ClosedByAdministrator = "closed-by-administrator";

    /// <summary>The user was disabled.</summary>
    public const string UserDisabled = "user-disabled";

    /// <summary>The user was deleted.</summary>
    public const string UserDeleted = "user-deleted";

    /// <summary>The password was set or replaced.</summary>
    public const string PasswordChanged = "password-changed";

    /// <summary>Another sign-in in the same browser took its place.</summary>
    public const string Replaced = "replaced";
}
