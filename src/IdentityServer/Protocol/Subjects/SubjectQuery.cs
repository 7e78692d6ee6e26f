using System.Data.Common;
using UserDomain.Database;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Sessions;
using UserDomain.IdentityStore.Users;
using static OpenIddict.Abstractions.OpenIddictConstants;
using GrantEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreAuthorization<System.Guid>;

namespace UserDomain.IdentityServer.Protocol.Subjects;

/// <summary>What the gate wants to know.</summary>
/// <param name="UserId">The user.</param>
/// <param name="SessionId">The session the grant was made in; null for one that hangs on none.</param>
/// <param name="GrantId">The grant.</param>
/// <param name="Oldest">When a grant must have been made, to live.</param>
/// <param name="Token">The token that has to be looked for in the revocation log.</param>
/// <param name="Now">The time.</param>
internal sealed record SubjectQuestion(Guid UserId, Guid? SessionId, Guid GrantId, DateTime Oldest, RevocableToken Token, DateTimeOffset Now);

/// <summary>A user who wants a token, and how things stand.</summary>
/// <param name="User">The user, as far as tokens and UserInfo tell of one.</param>
/// <param name="Roles">The roles the user and the user's groups hold.</param>
/// <param name="SessionIsOpen">Whether the session was not closed.</param>
/// <param name="GrantLives">Whether the grant has neither ended nor grown too old.</param>
/// <param name="IsRevoked">Whether the revocation log names the token.</param>
internal sealed record Subject(User User, HashSet<Guid> Roles, bool SessionIsOpen, bool GrantLives, bool IsRevoked);

/// <summary>What the gate asks the store, in one statement.</summary>
internal sealed class SubjectQuery
{
    private const string UserColumns =
        "u.id, u.user_name, u.email, u.email_confirmed, u.display_name, u.given_name, u.family_name, u.locale, u.zone_info, u.updated_at, u.version";

    /// <summary>What there is to know of the user in row <c>u</c>, for whoever asks it along with something else; <see cref="Read"/> reads it.</summary>
    public static readonly string Columns = $"{UserColumns}, {RolesOf("u.id")}";

    /// <summary>Whether a person passes: the user, whose record is as it was when a token was made, and the session. For a <see cref="Statement"/> with <see cref="PersonParameters"/>.</summary>
    public const string PersonPasses = """
        EXISTS (SELECT 1 FROM {users} AS u, {sessions} AS s
                WHERE u.id = @user AND u.version = @user_version AND u.disabled_at IS NULL AND s.id = @user_session AND s.closed_at IS NULL)
        """;

    /// <summary>Whether a grant lives, for a <see cref="Statement"/> with <see cref="GrantParameters"/>.</summary>
    public const string GrantLives =
        $$"""EXISTS (SELECT 1 FROM {authorizations} AS g WHERE g.id = @grant AND g.status = '{{Statuses.Valid}}' AND g.creation_date > @oldest)""";

    /// <summary>The user, the version of their record, and the session.</summary>
    public static readonly StatementParameter[] PersonParameters =
    [
        new("user", typeof(User), nameof(User.Id)), new("user_version", typeof(User), nameof(User.Version)), new("user_session", typeof(Session), nameof(Session.Id)),
    ];

    /// <summary>The grant, and when it must have been made to live.</summary>
    public static readonly StatementParameter[] GrantParameters =
    [
        new("grant", typeof(GrantEntity), nameof(GrantEntity.Id)), new("oldest", typeof(GrantEntity), nameof(GrantEntity.CreationDate)),
    ];

    // How many columns that is.
    private const int Count = 12;

    private readonly Statement _withRoles = Asking(Columns);

    private readonly Statement _withoutRoles = Asking($"{UserColumns}, NULL");

    /// <summary>The roles of a user, for whoever asks them along with something else; <see cref="ReadRoles"/> reads it.</summary>
    /// <param name="user">How the statement calls the user.</param>
    public static string RolesOf(string user) => $$"""
        (SELECT string_agg(CAST(held.role_id AS text), ' ')
         FROM (SELECT own.role_id FROM {role_assignments} AS own WHERE own.user_id = {{user}}
               UNION ALL
               SELECT ofgroup.role_id FROM {group_members} AS member JOIN {role_assignments} AS ofgroup ON ofgroup.group_id = member.group_id WHERE member.user_id = {{user}}) AS held)
        """;

    /// <summary>Reads a user who is enabled, with the roles they and their groups hold; null when there is none.</summary>
    public Task<Subject?> FindAsync(IdentityStoreContext store, SubjectQuestion asked, CancellationToken cancellationToken) => FindAsync(_withRoles, store, asked, cancellationToken);

    /// <summary>The same for whoever asks nothing about roles: a third of the work.</summary>
    public Task<Subject?> FindWithoutRolesAsync(IdentityStoreContext store, SubjectQuestion asked, CancellationToken cancellationToken) =>
        FindAsync(_withoutRoles, store, asked, cancellationToken);

    /// <summary>Reads <see cref="Columns"/>.</summary>
    /// <param name="row">A row.</param>
    /// <param name="first">Where they begin.</param>
    /// <param name="sessionIsOpen">What the row says besides.</param>
    /// <param name="grantLives">The same.</param>
    /// <param name="isRevoked">The same.</param>
    public static Subject Read(DbDataReader row, int first, bool sessionIsOpen, bool grantLives, bool isRevoked) => new(
        new User
        {
            Id = row.GetGuid(first),
            UserName = row.GetText(first + 1),
            Email = row.GetText(first + 2),
            EmailConfirmed = row.GetBoolean(first + 3),
            DisplayName = row.GetText(first + 4),
            GivenName = row.GetText(first + 5),
            FamilyName = row.GetText(first + 6),
            Locale = row.GetText(first + 7),
            ZoneInfo = row.GetText(first + 8),
            UpdatedAt = row.GetTime(first + 9),
            Version = row.GetInt64(first + 10),
        },
        ReadRoles(row, first + 11), sessionIsOpen, grantLives, isRevoked);

    /// <summary>Reads <see cref="RolesOf"/>.</summary>
    public static HashSet<Guid> ReadRoles(DbDataReader row, int column) =>
        row.GetText(column) is { } roles ? roles.Split(' ').Select(role => Guid.ParseExact(role, "D")).ToHashSet() : [];

    private static Statement Asking(string columns) => new(
        $$"""
        SELECT {{columns}},
               @session IS NULL OR EXISTS (SELECT 1 FROM {sessions} AS s WHERE s.id = @session AND s.closed_at IS NULL),
               {{GrantLives}},
               {{RevocationQuery.Condition}}
        FROM {users} AS u WHERE u.id = @user AND u.disabled_at IS NULL
        """,
        [new("user", typeof(User), nameof(User.Id)),
        new("session", typeof(Session), nameof(Session.Id)),
        .. GrantParameters,
        .. RevocationQuery.Parameters]);

    private static Task<Subject?> FindAsync(Statement statement, IdentityStoreContext store, SubjectQuestion asked, CancellationToken cancellationToken) => statement.ReadAsync(
        store,
        [asked.UserId, asked.SessionId, asked.GrantId, asked.Oldest, .. RevocationQuery.ValuesOf(asked.Token, asked.Now)],
        row => Read(row, 0, row.GetBoolean(Count), row.GetBoolean(Count + 1), row.GetBoolean(Count + 2)),
        cancellationToken);
}
