using System.ComponentModel.DataAnnotations;
using System.Linq.Expressions;
using UserDomain.IdentityStore.Sessions;
using UserDomain.ServiceDefaults.Validation;

namespace UserDomain.SessionApi.Sessions;

/// <summary>A session to open for a user whom the caller has authenticated.</summary>
/// <param name="UserId">The user; must be enabled.</param>
/// <param name="Address">Network address the user comes from.</param>
/// <param name="UserAgent">Browser or device, as it names itself.</param>
public sealed record CreateSessionRequest(
    [Required] Guid? UserId,
    [StringLength(45)] string? Address,
    [StringLength(SessionOpener.MaxUserAgentLength), PlainText] string? UserAgent);

/// <summary>What has become of a session.</summary>
public enum SessionState
{
    /// <summary>It can be used.</summary>
    Open,

    /// <summary>Somebody closed it.</summary>
    Closed,

    /// <summary>It came to its end by itself. Grants of long life given in it go on until it is closed.</summary>
    Expired,
}

/// <summary>A session.</summary>
/// <param name="Id">UUIDv7; the <c>sid</c> of its tokens.</param>
/// <param name="User">Who is signed in.</param>
/// <param name="State">What has become of it.</param>
/// <param name="CreatedAt">When it began.</param>
/// <param name="LastSeenAt">When it was last used, to the minute.</param>
/// <param name="ExpiresAt">When it ends unless it is used before, or in any case: the earlier of the two.</param>
/// <param name="ClosedAt">When it was closed.</param>
/// <param name="CloseReason">Why it was closed.</param>
/// <param name="Address">Network address it was opened from.</param>
/// <param name="UserAgent">Browser it was opened in, as it names itself.</param>
/// <param name="AuthenticationMethods">
/// How the user proved who they are (RFC 8176). <c>external</c>, which that registry does not have: a service vouched for the user.
/// </param>
/// <param name="AuthenticatedAt">When the user last did.</param>
/// <param name="Clients">Applications signed in to, by <c>client_id</c>.</param>
public sealed record SessionResponse(
    Guid Id, SessionUser User, SessionState State, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset ExpiresAt,
    DateTimeOffset? ClosedAt, string? CloseReason, string? Address, string? UserAgent,
    IReadOnlyList<string> AuthenticationMethods, DateTimeOffset AuthenticatedAt, IReadOnlyList<string> Clients)
{
    internal static SessionResponse Of(Session session, string? userName, IEnumerable<string> clients, DateTimeOffset now) => new(
        session.Id,
        new(session.UserId, userName),
        session.ClosedAt is not null ? SessionState.Closed : session.IsOpen(now) ? SessionState.Open : SessionState.Expired,
        session.CreatedAt, session.LastSeenAt,
        session.IdleExpiresAt < session.ExpiresAt ? session.IdleExpiresAt : session.ExpiresAt,
        session.ClosedAt, session.CloseReason, session.Address, session.UserAgent,
        session.AuthenticationMethods.Split(' ', StringSplitOptions.RemoveEmptyEntries), session.AuthenticatedAt,
        [.. clients.Distinct().Order(StringComparer.Ordinal)]);

    internal static Expression<Func<Session, bool>> Is(SessionState state, DateTimeOffset now) => state switch
    {
        SessionState.Closed => session => session.ClosedAt != null,
        SessionState.Open => session => session.ClosedAt == null && session.IdleExpiresAt > now && session.ExpiresAt > now,
        _ => session => session.ClosedAt == null && (session.IdleExpiresAt <= now || session.ExpiresAt <= now),
    };
}

/// <summary>Whose session it is.</summary>
/// <param name="Id">The user's id.</param>
/// <param name="Name">The user's name; null once the user is deleted.</param>
public sealed record SessionUser(Guid Id, string? Name);

/// <summary>What closing all sessions of a user did.</summary>
/// <param name="Closed">How many were closed.</param>
public sealed record CloseSessionsResponse(int Closed);
