using UserDomain.Database;
using UserDomain.IdentityStore.Roles;
using UserDomain.IdentityStore.Users;

namespace UserDomain.IdentityStore.Sessions;

/// <summary>
/// Finds the shortest times of all roles somebody holds, directly, by groups and by what roles include, and shortens open sessions to them. Sessions are never lengthened, and
/// no ended one comes back.
/// </summary>
public sealed class SessionLimits
{
    private static readonly StatementParameter UserId = new("user", typeof(User), nameof(User.Id));
    private static readonly StatementParameter RoleId = new("role", typeof(Role), nameof(Role.Id));

    private readonly Statement _ofUser = Asking(
        """
        SELECT own.role_id FROM {role_assignments} AS own WHERE own.user_id = @user
        UNION
        SELECT ofgroup.role_id FROM {group_members} AS member JOIN {role_assignments} AS ofgroup ON ofgroup.group_id = member.group_id WHERE member.user_id = @user
        """,
        UserId);

    private readonly Statement _ofRole = Asking("SELECT r.id FROM {roles} AS r WHERE r.id = @role", RoleId);

    private readonly Dictionary<bool, Statement> _shortenUser = Shortening("user_id = @user", UserId);

    private readonly Dictionary<bool, Statement> _shortenHolders = Shortening(
        """
        user_id IN (
          SELECT own.user_id FROM {role_assignments} AS own WHERE own.role_id = @role AND own.user_id IS NOT NULL
          UNION
          SELECT member.user_id FROM {role_assignments} AS ofgroup JOIN {group_members} AS member ON member.group_id = ofgroup.group_id WHERE ofgroup.role_id = @role)
        """,
        RoleId);

    /// <summary>How long sessions of a user live.</summary>
    public Task<SessionLimit> OfUserAsync(IdentityStoreContext store, Guid user, CancellationToken cancellationToken) => ReadAsync(_ofUser, store, user, cancellationToken);

    /// <summary>Shortens the open sessions of a user to what the roles of the user say, in the transaction of the caller, who has saved these.</summary>
    public Task ShortenOfUserAsync(IdentityStoreContext store, Guid user, DateTimeOffset now, CancellationToken cancellationToken) =>
        ShortenAsync(_ofUser, _shortenUser, store, user, now, cancellationToken);

    /// <summary>The same for everybody who holds a role, by what that role and those it includes say.</summary>
    public Task ShortenOfHoldersAsync(IdentityStoreContext store, Guid role, DateTimeOffset now, CancellationToken cancellationToken) =>
        ShortenAsync(_ofRole, _shortenHolders, store, role, now, cancellationToken);

    private static async Task ShortenAsync(
        Statement limit, Dictionary<bool, Statement> shorten, IdentityStoreContext store, Guid whose, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await ReadAsync(limit, store, whose, cancellationToken) is var found && found != SessionLimit.OfProduct)
        {
            await shorten[store is SqliteIdentityStoreContext].ExecuteAsync(store, [whose, (int)found.Idle.TotalSeconds, (int)found.Lifetime.TotalSeconds, now], cancellationToken);
        }
    }

    private static async Task<SessionLimit> ReadAsync(Statement limit, IdentityStoreContext store, Guid whose, CancellationToken cancellationToken) =>
        (await limit.ReadAsync(store, [whose], row => SessionLimit.Of(row.IsDBNull(0) ? null : row.GetInt32(0), row.IsDBNull(1) ? null : row.GetInt32(1)), cancellationToken))!;

    // UNION drops what was met before, so that a cycle, should the store hold one, ends the walk.
    private static Statement Asking(string roles, StatementParameter whose) => new(
        $$"""
        WITH RECURSIVE held (id) AS (
          {{roles}}
          UNION
          SELECT inclusion.included_role_id FROM {role_inclusions} AS inclusion JOIN held ON inclusion.role_id = held.id)
        SELECT min(r.session_idle_timeout), min(r.session_lifetime) FROM held JOIN {roles} AS r ON r.id = held.id
        """,
        whose);

    // By whether it is for SQLite, where times are microseconds.
    private static Dictionary<bool, Statement> Shortening(string whose, StatementParameter parameter) => new[] { (true, "1000000"), (false, "interval '1 second'") }.ToDictionary(
        one => one.Item1,
        one => new Statement(
            $$"""
            UPDATE {sessions} SET
              idle_expires_at = CASE WHEN idle_expires_at > last_seen_at + @idle * {{one.Item2}} THEN last_seen_at + @idle * {{one.Item2}} ELSE idle_expires_at END,
              expires_at = CASE WHEN expires_at > created_at + @lifetime * {{one.Item2}} THEN created_at + @lifetime * {{one.Item2}} ELSE expires_at END
            WHERE closed_at IS NULL AND idle_expires_at > @now AND expires_at > @now AND {{whose}}
            """,
            parameter,
            new("idle", typeof(Role), nameof(Role.SessionIdleTimeout)),
            new("lifetime", typeof(Role), nameof(Role.SessionLifetime)),
            new("now", typeof(Session), nameof(Session.ExpiresAt))));
}
