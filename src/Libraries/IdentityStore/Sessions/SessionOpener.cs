using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Events;
using UserDomain.IdentityStore.Users;

namespace UserDomain.IdentityStore.Sessions;

/// <summary>Opens sessions.</summary>
/// <param name="store">The store.</param>
/// <param name="limits">How long each lives.</param>
/// <param name="audit">The audit trail.</param>
/// <param name="time">Clock.</param>
public sealed class SessionOpener(IdentityStoreContext store, SessionLimits limits, AuditRecorder audit, TimeProvider time)
{
    /// <summary>Longest browser name kept; browsers send about 150 characters.</summary>
    public const int MaxUserAgentLength = 512;

    /// <summary>Adds a session and its audit event; the caller saves.</summary>
    /// <param name="user">Who is signed in.</param>
    /// <param name="handleHash">SHA-256 of the cookie's handle; null where no browser holds one.</param>
    /// <param name="methods">How the user proved who they are (RFC 8176).</param>
    /// <param name="address">Network address.</param>
    /// <param name="userAgent">Browser; cut to <see cref="MaxUserAgentLength"/>.</param>
    /// <param name="clientId">The application the person was on the way to.</param>
    /// <param name="byUser">True when the user opened it by signing in; false when a service did.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public async Task<Session> OpenAsync(
        User user, byte[]? handleHash, IReadOnlyList<string> methods, string? address, string? userAgent, string? clientId, bool byUser, CancellationToken cancellationToken)
    {
        var limit = await limits.OfUserAsync(store, user.Id, cancellationToken);
        var now = time.GetStoredNow();
        var session = new Session
        {
            Id = Guid.CreateVersion7(now),
            HandleHash = handleHash,
            UserId = user.Id,
            CreatedAt = now,
            AuthenticatedAt = now,
            LastSeenAt = now,
            IdleExpiresAt = now + limit.Idle,
            ExpiresAt = now + limit.Lifetime,
            Address = address,
            UserAgent = userAgent is { Length: > MaxUserAgentLength } ? userAgent[..MaxUserAgentLength] : userAgent,
            AuthenticationMethods = string.Join(' ', methods),
        };
        store.Sessions.Add(session);
        audit.Record(store, AuditEventTypes.SessionCreated, session.AsParty() with { Name = user.UserName },
            after: new { user = user.AsParty(), session.Address, session.UserAgent, authenticationMethods = methods },
            origin: byUser ? AuditOrigin.OfUser(user.Id, user.UserName, session.Id, clientId) : null);
        return session;
    }
}
