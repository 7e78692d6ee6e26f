using UserDomain.Database;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Sessions;

namespace UserDomain.IdentityServer.SignIn;

/// <summary>The session of a cookie, which was not closed, of a user who is enabled.</summary>
/// <param name="Session">The session, as far as it is asked for.</param>
/// <param name="UserName">Name of its user.</param>
/// <param name="UserVersion">Version of the user's record.</param>
internal sealed record FoundSession(Session Session, string UserName, long UserVersion);

/// <summary>Finds the session of a cookie: asked with each request of a person.</summary>
internal sealed class SessionQuery
{
    private readonly Statement _statement = new(
        """
        SELECT s.id, s.user_id, s.created_at, s.authenticated_at, s.authentication_methods, s.last_seen_at, s.idle_expires_at, s.expires_at, u.user_name, u.version
        FROM {sessions} AS s JOIN {users} AS u ON u.id = s.user_id
        WHERE s.handle_hash = @hash AND s.closed_at IS NULL AND u.disabled_at IS NULL
        """,
        new StatementParameter("hash", typeof(Session), nameof(Session.HandleHash)));

    /// <param name="store">The store.</param>
    /// <param name="handleHash">The hash of the handle in the cookie.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <returns>Null when there is none.</returns>
    public Task<FoundSession?> FindAsync(IdentityStoreContext store, byte[] handleHash, CancellationToken cancellationToken) => _statement.ReadAsync(
        store,
        [handleHash],
        row => new FoundSession(
            new()
            {
                Id = row.GetGuid(0),
                UserId = row.GetGuid(1),
                HandleHash = handleHash,
                CreatedAt = row.GetTime(2),
                AuthenticatedAt = row.GetTime(3),
                AuthenticationMethods = row.GetString(4),
                LastSeenAt = row.GetTime(5),
                IdleExpiresAt = row.GetTime(6),
                ExpiresAt = row.GetTime(7),
            },
            row.GetString(8),
            row.GetInt64(9)),
        cancellationToken);
}
